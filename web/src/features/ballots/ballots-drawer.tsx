import { useTranslation } from 'react-i18next';
import { useListBallotsQuery, useThreadInfiniteQuery } from '@/app/api';
import { formatExact } from '@/app/format';
import { Dialog } from '@/components/ui/dialog';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import type { Ballots, Batch, Ranking, Response } from '@/generated/api';
import { findBatch } from '@/live/thread-cache';
import { BallotCard } from './ballot-card';
import { HowItCame } from './how-it-came';
import { readRecord } from './ranking-record';

export interface BallotsDrawerProps {
  conversationId: string;
  batchId: string;
  /** The comparison of a consensus with the best answer instead of the ranking of the answers. */
  consensusId: string | null;
  onClose(): void;
}

/** Who voted what and why: how the order came about, and every ballot with the order in which a judge saw the answers. */
export default function BallotsDrawer({ conversationId, batchId, consensusId, onClose }: BallotsDrawerProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useListBallotsQuery({ id: batchId }, { refetchOnMountOrArgChange: true });
  const thread = useThreadInfiniteQuery(conversationId);
  const batch = thread.data && findBatch(thread.data, batchId);
  return (
    <Dialog
      open
      onClose={onClose}
      shape="right"
      title={t(consensusId ? 'versus.title' : 'ballots.title')}
      description={t('ballots.explained')}
    >
      <div className="grid grid-cols-1 gap-4 p-5" data-testid="ballots">
        {error && !data ? (
          <LoadProblem error={error} retry={refetch} />
        ) : data ? (
          <Explanation
            ballots={data}
            consensusId={consensusId}
            responses={batch ? compared(batch, t('versus.consensus')) : []}
          />
        ) : (
          <div className="grid gap-3" role="status">
            <span className="sr-only">{t('common.loading')}</span>
            <Skeleton className="h-36" />
            <Skeleton className="h-36" />
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** The answers, and each consensus under that name and not that of its writer. */
function compared(batch: Batch, name: string): Response[] {
  return [
    ...batch.responses,
    ...batch.consensuses.map(({ response }) => ({ ...response, service_name: name })),
  ];
}

interface ExplanationProps {
  ballots: Ballots;
  consensusId: string | null;
  responses: Response[];
}

function Explanation({ ballots, consensusId, responses }: ExplanationProps) {
  const { t } = useTranslation();
  const [ranking, ...earlier] = rankingsOf(ballots, consensusId);
  if (!ranking) return <p className="text-sm text-ink-faint">{t('ballots.none')}</p>;
  const record = readRecord(ranking.record);
  const votes = ballots.items.filter((ballot) => ballot.ranking_id === ranking.id);
  return (
    <>
      {record && <HowItCame record={record} ranking={ranking} ballots={votes} responses={responses} />}
      {votes.length > 0 && <h3 className="mt-1 font-semibold">{t('ballots.votes')}</h3>}
      {votes.map((ballot) => (
        <BallotCard key={ballot.id} ballot={ballot} responses={responses} />
      ))}
      {earlier.length > 0 && <Earlier rankings={earlier} />}
    </>
  );
}

/** Judging again makes a new ranking; the newest is the one on the cards. */
export function rankingsOf({ rankings }: Pick<Ballots, 'rankings'>, consensusId: string | null): Ranking[] {
  return rankings
    .filter((ranking) => (ranking.consensus_id ?? null) === consensusId)
    .sort((a, b) => b.created_at.localeCompare(a.created_at));
}

function Earlier({ rankings }: { rankings: Ranking[] }) {
  const { t } = useTranslation();
  return (
    <details className="text-sm">
      <summary className="tap inline-flex items-center text-accent">
        {t('ballots.earlier', { count: rankings.length })}
      </summary>
      <p className="mt-1 text-ink-soft">{t('ballots.earlierText')}</p>
      <ul className="mt-2 grid gap-1 text-ink-soft">
        {rankings.map((ranking) => (
          <li key={ranking.id}>
            {t('ballots.of', {
              when: formatExact(ranking.created_at),
              method: t(`ballots.method.${ranking.method ?? 'none'}`),
            })}
          </li>
        ))}
      </ul>
    </details>
  );
}
