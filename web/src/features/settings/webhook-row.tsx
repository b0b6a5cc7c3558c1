import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatExact } from '@/app/format';
import { Badge, Notice } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Webhook } from '@/generated/api';
import { WebhookActions } from './webhook-actions';
import { WebhookDeliveries } from './webhook-deliveries';
import { WebhookForm } from './webhook-form';

export interface WebhookRowProps {
  webhook: Webhook;
  /** Hands up a new secret. */
  onSecret(secret: string): void;
}

/** One webhook: where it goes, whether it works, what can be done with it, and what was delivered. */
export function WebhookRow({ webhook, onSecret }: WebhookRowProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const [showsLog, setShowsLog] = useState(false);
  const name = webhook.description || webhook.url;
  if (editing) {
    return (
      <li>
        <WebhookForm webhook={webhook} onDone={() => setEditing(false)} />
      </li>
    );
  }
  return (
    <li className="grid gap-3 rounded-xl bg-surface p-4 ring-1 ring-line ring-inset" data-testid="webhook">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="min-w-0 text-[0.9375rem] font-medium break-words">{name}</span>
        <Badge tone={webhook.active ? 'good' : webhook.disabled_reason ? 'bad' : 'plain'}>
          {webhook.active ? t('webhooks.active') : t('webhooks.off')}
        </Badge>
        {webhook.events.map((event) => (
          <Badge key={event}>{t(`webhooks.event.${event}`)}</Badge>
        ))}
      </div>
      {webhook.description && <p className="font-mono text-xs break-all text-ink-faint">{webhook.url}</p>}
      {webhook.disabled_reason && (
        <Notice tone="bad">{t(`webhooks.disabled.${webhook.disabled_reason}`)}</Notice>
      )}
      {webhook.former_secret_until && (
        <p className="text-sm text-ink-soft">
          {t('webhooks.formerUntil', { time: formatExact(webhook.former_secret_until) })}
        </p>
      )}
      <p className="text-xs text-ink-faint">
        {webhook.last_delivered_at ? (
          <>
            {t('webhooks.lastDelivered')} <RelativeTime at={webhook.last_delivered_at} />
          </>
        ) : (
          t('webhooks.neverDelivered')
        )}
      </p>
      <WebhookActions
        webhook={webhook}
        name={name}
        showsLog={showsLog}
        onToggleLog={() => setShowsLog(!showsLog)}
        onTested={() => setShowsLog(true)}
        onEdit={() => setEditing(true)}
        onSecret={onSecret}
      />
      {showsLog && <WebhookDeliveries webhook={webhook.id} />}
    </li>
  );
}
