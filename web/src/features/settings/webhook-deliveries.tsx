import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeliveriesInfiniteQuery } from '@/app/api';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import type { WebhookDelivery } from '@/generated/api';
import { DeliveryRow } from './delivery-row';

/** While something is under way, what came of it is asked for this often. */
const LOOK_AGAIN_MS = 1_500;
/** A message that is tried again later than this is not waited for. */
const SOON_MS = 60_000;

function isUnderWay(delivery: WebhookDelivery): boolean {
  if (delivery.status !== 'pending') return false;
  const next = delivery.next_attempt_at ? new Date(delivery.next_attempt_at).getTime() : 0;
  return next < Date.now() + SOON_MS;
}

/** What was sent to a webhook in the last thirty days, newest first. */
export function WebhookDeliveries({ webhook }: { webhook: string }) {
  const { t } = useTranslation();
  const [underWay, setUnderWay] = useState(false);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDeliveriesInfiniteQuery(
    webhook,
    { pollingInterval: underWay ? LOOK_AGAIN_MS : 0 },
  );
  useEffect(() => {
    setUnderWay(data?.pages.some((page) => page.items.some(isUnderWay)) ?? false);
  }, [data]);
  if (error && !data) return <LoadProblem error={error} retry={refetch} />;
  if (!data) return <Skeleton className="h-16" />;
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <p className="text-sm text-ink-soft">{t('webhooks.logEmpty')}</p>;
  return (
    <div className="grid gap-2">
      <ul className="divide-y divide-line border-t border-line" aria-label={t('webhooks.log')}>
        {items.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="justify-self-start" busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t('webhooks.more')}
        </Button>
      )}
    </div>
  );
}
