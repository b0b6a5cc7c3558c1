import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  useGetQueueFiguresQuery,
  useListServicesQuery,
  useQueueItemsInfiniteQuery,
  type WorkStanding,
} from '@/app/api';
import { formatDuration, formatNumber } from '@/app/format';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Notice, Skeleton } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import { SectionFrame } from '@/components/ui/section-frame';
import type { QueueFigures } from '@/generated/api';
import { QueueItem } from './queue-item';

const LOOK_EVERY = 5_000;
const parts: WorkStanding[] = ['waiting', 'running', 'set_aside'];
const waiting = new Set(['queued', 'retrying']);

/** What waits, what runs, what was given up; and starting the latter again. */
export default function QueueSection() {
  const { t } = useTranslation();
  const [part, setPart] = useState<WorkStanding>('set_aside');
  const figures = useGetQueueFiguresQuery(undefined, { pollingInterval: LOOK_EVERY });
  const items = useQueueItemsInfiniteQuery({ standing: part }, { pollingInterval: LOOK_EVERY });
  const shown = items.data?.pages.flatMap((page) => page.items);
  return (
    <SectionFrame title={t('admin.sections.queue')} text={t('queue.text')}>
      {figures.error && !figures.data ? (
        <LoadProblem error={figures.error} retry={figures.refetch} />
      ) : figures.data ? (
        <Figures figures={figures.data} />
      ) : (
        <Skeleton className="h-20" />
      )}
      <div className="flex flex-wrap gap-1.5">
        {parts.map((name) => (
          <Button
            key={name}
            aria-pressed={name === part}
            look={name === part ? 'primary' : 'secondary'}
            onClick={() => setPart(name)}
          >
            {t(`queue.part.${name}`)}
          </Button>
        ))}
      </div>
      {items.error && !shown ? (
        <LoadProblem error={items.error} retry={items.refetch} />
      ) : !shown ? (
        <Skeleton className="h-32" />
      ) : shown.length === 0 ? (
        <EmptyState title={t(`queue.empty.${part}`)} />
      ) : (
        <ul className="grid gap-2">
          {shown.map((item) => (
            <QueueItem key={item.id} item={item} standing={part} />
          ))}
        </ul>
      )}
      {items.hasNextPage && (
        <div>
          <Button busy={items.isFetchingNextPage} onClick={() => items.fetchNextPage()}>
            {t('queue.more')}
          </Button>
        </div>
      )}
    </SectionFrame>
  );
}

function Figures({ figures }: { figures: QueueFigures }) {
  const { t } = useTranslation();
  const services = useListServicesQuery().data?.items ?? [];
  const sum = (fits: (state: string) => boolean) =>
    figures.counts.filter((entry) => fits(entry.state)).reduce((all, entry) => all + entry.count, 0);
  const facts: [string, string][] = [
    [t('queue.part.waiting'), formatNumber(sum((state) => waiting.has(state)))],
    [t('queue.part.running'), formatNumber(sum((state) => !waiting.has(state) && state !== 'dead'))],
    [t('queue.jobsSetAside'), formatNumber(sum((state) => state === 'dead'))],
    [
      t('queue.oldest'),
      figures.oldest_due_seconds > 0 ? formatDuration(figures.oldest_due_seconds * 1000) : '–',
    ],
  ];
  return (
    <div className="grid gap-3">
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {facts.map(([label, value]) => (
          <div key={label} className="rounded-xl bg-surface p-4 ring-1 ring-line ring-inset">
            <dt className="text-xs text-ink-faint">{label}</dt>
            <dd className="mt-1 font-serif text-xl tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {figures.oldest_expired_lease_seconds > 30 && (
        <Notice tone="bad">
          {t('queue.deadWorker', { time: formatDuration(figures.oldest_expired_lease_seconds * 1000) })}
        </Notice>
      )}
      {figures.paused.map((pause) => (
        <Notice key={`${pause.service_id}-${pause.until}`} tone="warn">
          {t('queue.paused', {
            name: services.find((service) => service.id === pause.service_id)?.name ?? pause.service_id,
          })}{' '}
          <RelativeTime at={pause.until} />
        </Notice>
      ))}
    </div>
  );
}
