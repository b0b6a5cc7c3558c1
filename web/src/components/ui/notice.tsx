import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './class-names';

const tones = {
  info: { box: 'bg-accent-soft text-ink', icon: <Info aria-hidden className="size-4 text-accent" /> },
  warn: { box: 'bg-warn-soft text-ink', icon: <TriangleAlert aria-hidden className="size-4 text-warn" /> },
  bad: { box: 'bg-bad-soft text-ink', icon: <CircleAlert aria-hidden className="size-4 text-bad" /> },
};

export interface NoticeProps {
  tone: keyof typeof tones;
  children: ReactNode;
  action?: ReactNode;
  role?: 'alert' | 'status';
  className?: string;
}

/** A short message in place, with an icon so that colour is not its only sign. */
export function Notice({ tone, children, action, role, className }: NoticeProps) {
  return (
    <div
      role={role}
      className={cx('flex items-start gap-2.5 rounded-lg px-3 py-2.5 text-sm', tones[tone].box, className)}
    >
      <span className="mt-0.5 shrink-0">{tones[tone].icon}</span>
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx('skeleton', className)} />;
}

export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-2 px-6 py-12 text-center">
      <p className="font-serif text-xl">{title}</p>
      {children && <div className="max-w-prose text-sm text-ink-soft">{children}</div>}
    </div>
  );
}

export function Badge({
  children,
  tone = 'plain',
}: {
  children: ReactNode;
  tone?: 'plain' | 'warn' | 'good' | 'bad' | 'accent';
}) {
  const looks = {
    plain: 'bg-sunken text-ink-soft',
    warn: 'bg-warn-soft text-warn',
    good: 'bg-good-soft text-good',
    bad: 'bg-bad-soft text-bad',
    accent: 'bg-accent-soft text-accent-strong',
  };
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1 rounded-md px-1.5 py-0.5 text-xs font-medium whitespace-nowrap',
        looks[tone],
      )}
    >
      {children}
    </span>
  );
}
