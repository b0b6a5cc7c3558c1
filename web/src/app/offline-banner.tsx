import { CloudOff, RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { useNow } from '@/components/ui/use-now';
import { reconnectNow } from '@/live/use-live-conversation';
import { useOnline } from './online';
import { useAppSelector } from './store';

/** Says that the page is cut off, what that means, and when it tries again. */
export function OfflineBanner() {
  const { t } = useTranslation();
  const online = useOnline();
  const connection = useAppSelector((state) => state.connection);
  const trying =
    connection.failures >= 2 && (connection.state === 'waiting' || connection.state === 'connecting');
  const now = useNow(1000, trying);

  if (!online || connection.state === 'offline') {
    return (
      <Bar>
        <p>{t('offline.text')}</p>
      </Bar>
    );
  }
  if (!trying) return null;
  const seconds = connection.retryAt ? Math.max(0, Math.ceil((connection.retryAt - now) / 1000)) : 0;
  return (
    <Bar
      action={
        <Button onClick={reconnectNow} icon={<RefreshCw aria-hidden className="size-3.5" />}>
          {t('offline.now')}
        </Button>
      }
    >
      <p>
        {t('offline.lost')}{' '}
        <span aria-hidden>{seconds > 0 ? t('offline.again', { seconds }) : t('offline.trying')}</span>
      </p>
    </Bar>
  );
}

function Bar({ children, action }: { children: React.ReactNode; action?: React.ReactNode }) {
  return (
    <div
      role="status"
      data-testid="offline-banner"
      className="flex min-h-10 items-center gap-3 bg-warn-soft px-4 py-1.5 text-sm text-ink"
    >
      <CloudOff aria-hidden className="size-4 shrink-0 text-warn" />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}
