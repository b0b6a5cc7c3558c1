import { useTranslation } from 'react-i18next';
import { troubleText } from '@/app/failure-words';
import { formatDuration, formatPercent } from '@/app/format';
import { Badge, Notice } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import { HealthStrip } from './health-strip';
import type { ServiceHealthReport } from './shapes';

/** The last day of a service: how many calls were answered, how fast, and what went wrong. */
export function ServiceHealth({ health }: { health: ServiceHealthReport }) {
  const { t } = useTranslation();
  const all = health.completed + health.failed;
  const timed = health.stretches.filter((stretch) => stretch.mean_ms != null && stretch.completed > 0);
  const answered = timed.reduce((sum, stretch) => sum + stretch.completed, 0);
  const mean =
    answered > 0
      ? timed.reduce((sum, stretch) => sum + (stretch.mean_ms ?? 0) * stretch.completed, 0) / answered
      : null;
  return (
    <div className="grid gap-2" data-testid="service-health">
      <HealthStrip stretches={health.stretches} completed={health.completed} failed={health.failed} />
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-faint">
        <span>
          {all === 0
            ? t('adminServices.noCalls')
            : t('adminServices.answered', {
                percent: formatPercent(Math.floor((health.completed / all) * 100)),
                count: all,
              })}
        </span>
        {mean !== null && <span>{t('adminServices.mean', { time: formatDuration(mean) })}</span>}
        {health.test && (
          <span className="inline-flex items-center gap-1.5">
            <Badge tone={health.test.status === 'ok' ? 'good' : 'bad'}>
              {t(`adminServices.test.${health.test.status}`)}
            </Badge>
            <RelativeTime at={health.test.created_at} />
          </span>
        )}
      </p>
      {health.test?.status === 'failed' && (
        <p className="text-sm break-words text-bad empty:hidden">{troubleText(t, health.test)}</p>
      )}
      {health.pause && (
        <Notice tone="warn">
          {t('adminServices.paused')} <RelativeTime at={health.pause.until} />
        </Notice>
      )}
      {health.failures.length > 0 && (
        <details className="text-sm">
          <summary className="tap inline-flex items-center text-ink-soft">
            {t('adminServices.failures')}
          </summary>
          <ul className="mt-1 grid gap-1">
            {health.failures.map((failure) => (
              <li key={failure.at} className="flex gap-3">
                <RelativeTime at={failure.at} className="shrink-0 text-xs text-ink-faint" />
                <span className="min-w-0 text-xs break-words">{troubleText(t, failure)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
