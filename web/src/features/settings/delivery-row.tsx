import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRedriveWebhookDeliveryMutation } from '@/app/api';
import { formatExact } from '@/app/format';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Badge } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import type { WebhookDelivery } from '@/generated/api';
import { announce } from '@/live/announcer';

const tones = { pending: 'warn', delivered: 'good', failed: 'bad' } as const;

/** One message: what it was about, where it stands, every attempt, and sending it again. */
export function DeliveryRow({ delivery }: { delivery: WebhookDelivery }) {
  const { t } = useTranslation();
  const [redrive, redriving] = useRedriveWebhookDeliveryMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const event = t(`webhooks.event.${delivery.event}`);
  const last = delivery.attempts.at(-1);

  const run = async () => {
    setProblem(null);
    try {
      await redrive({ id: delivery.webhook_id, deliveryId: delivery.id }).unwrap();
      announce(t('webhooks.redriven'));
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  return (
    <li className="grid gap-1.5 py-3" data-testid="delivery">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tones[delivery.status]}>{t(`webhooks.status.${delivery.status}`)}</Badge>
        <span className="text-sm">{event}</span>
        <RelativeTime at={delivery.created_at} className="text-xs text-ink-faint" />
        {last && (
          <span className="font-mono text-xs text-ink-faint">
            {last.response_status ?? t('webhooks.noReply')}
            {last.latency_ms != null && ` · ${t('webhooks.latency', { ms: last.latency_ms })}`}
          </span>
        )}
        <Button
          look="quiet"
          className="ms-auto"
          busy={redriving.isLoading}
          aria-label={t('webhooks.redriveNamed', { event, time: formatExact(delivery.created_at) })}
          onClick={run}
        >
          {t('webhooks.redrive')}
        </Button>
      </div>
      {delivery.status === 'pending' && delivery.next_attempt_at && delivery.attempts.length > 0 && (
        <p className="text-xs text-ink-soft">
          {t('webhooks.nextTry')} <RelativeTime at={delivery.next_attempt_at} />
        </p>
      )}
      {(problem ?? delivery.failure) && (
        <p role={problem ? 'alert' : undefined} className="text-sm text-bad">
          {problem ?? delivery.failure}
        </p>
      )}
      {delivery.attempts.length > 0 && <Attempts attempts={delivery.attempts} />}
    </li>
  );
}

function Attempts({ attempts }: Pick<WebhookDelivery, 'attempts'>) {
  const { t } = useTranslation();
  return (
    <details className="text-sm">
      <summary className="tap w-fit cursor-pointer text-ink-soft">
        {t('webhooks.attempts', { count: attempts.length })}
      </summary>
      <ol className="mt-1 grid gap-2 ps-3">
        {attempts.map((attempt) => (
          <li key={attempt.at} className="grid gap-0.5">
            <span className="flex flex-wrap gap-x-3 text-xs text-ink-faint">
              <time dateTime={attempt.at}>{formatExact(attempt.at)}</time>
              <span className="font-mono">{attempt.response_status ?? t('webhooks.noReply')}</span>
              {attempt.latency_ms != null && (
                <span className="font-mono">{t('webhooks.latency', { ms: attempt.latency_ms })}</span>
              )}
            </span>
            {attempt.error && <span className="text-ink-soft">{attempt.error}</span>}
            {attempt.response_excerpt && (
              <code className="rounded bg-sunken px-2 py-1 font-mono text-xs break-all whitespace-pre-wrap">
                {attempt.response_excerpt}
              </code>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}
