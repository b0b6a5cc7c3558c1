import { formatExact, formatRelative } from '@/app/format';
import { useNow } from './use-now';

/** "3 minutes ago", with the exact time on hover. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const now = useNow(30_000, true);
  return (
    <time dateTime={at} title={formatExact(at)} className={className}>
      {formatRelative(at, now)}
    </time>
  );
}
