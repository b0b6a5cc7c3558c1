import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListWebhooksQuery } from '@/app/api';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Notice, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { ShownOnce } from '@/components/ui/shown-once';
import { WebhookForm } from './webhook-form';
import { WebhookRow } from './webhook-row';

const MOST = 10;

/** Addresses that are told when answers are ready: add, see the secret once, watch what is delivered. */
export default function WebhooksSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListWebhooksQuery();
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const full = (data?.items.length ?? 0) >= MOST;
  return (
    <SectionFrame
      title={t('webhooks.title')}
      text={t('webhooks.text')}
      action={
        !adding && (
          <Button
            look="primary"
            disabled={full}
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() => setAdding(true)}
          >
            {t('webhooks.add')}
          </Button>
        )
      }
    >
      {full && <Notice tone="info">{t('webhooks.full')}</Notice>}
      {adding && (
        <WebhookForm
          onDone={(made) => {
            setAdding(false);
            if (made) setSecret(made);
          }}
        />
      )}
      {secret && (
        <ShownOnce
          text={secret}
          label={t('webhooks.secretMade')}
          copyLabel={t('webhooks.copySecret')}
          doneLabel={t('webhooks.done')}
          onDone={() => setSecret(null)}
        />
      )}
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-24" />
      ) : data.items.length === 0 ? (
        <EmptyState title={t('webhooks.empty')}>{t('webhooks.emptyText')}</EmptyState>
      ) : (
        <ul className="grid gap-3">
          {data.items.map((webhook) => (
            <WebhookRow key={webhook.id} webhook={webhook} onSecret={setSecret} />
          ))}
        </ul>
      )}
    </SectionFrame>
  );
}
