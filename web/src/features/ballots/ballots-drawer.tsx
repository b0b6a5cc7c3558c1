import { useTranslation } from 'react-i18next';
import { useListBallotsQuery, useThreadInfiniteQuery } from '@/app/api';
import { Dialog } from '@/components/ui/dialog';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import type { Ballot } from '@/generated/api';
import { findBatch } from '@/live/thread-cache';
import { BallotCard } from './ballot-card';
import { HowItCame } from './how-it-came';
import { readRecord } from './ranking-record';

export interface BallotsDrawerProps {
  conversationId: string;
  batchId: string;
  onClose(): void;
}

/** Who voted what and why: every ballot of a batch, with the order in which a judge saw the answers. */
export default function BallotsDrawer({ conversationId, batchId, onClose }: BallotsDrawerProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useListBallotsQuery({ id: batchId }, { refetchOnMountOrArgChange: true });
  const thread = useThreadInfiniteQuery(conversationId);
  const responses = (thread.data && findBatch(thread.data, batchId)?.responses) ?? [];
  const ballots = data ? newestRanking(data.items) : null;
  const ranking = data?.rankings.find((one) => one.id === ballots?.[0]?.ranking_id);
  const record = readRecord(ranking?.record);
  return (
    <Dialog
      open
      onClose={onClose}
      shape="right"
      title={t('ballots.title')}
      description={t('ballots.explained')}
    >
      <div className="grid grid-cols-1 gap-4 p-5" data-testid="ballots">
        {error && !data ? (
          <LoadProblem error={error} retry={refetch} />
        ) : !ballots ? (
          <div className="grid gap-3" role="status">
            <span className="sr-only">{t('common.loading')}</span>
            <Skeleton className="h-36" />
            <Skeleton className="h-36" />
          </div>
        ) : ballots.length === 0 ? (
          <p className="text-sm text-ink-faint">{t('ballots.none')}</p>
        ) : (
          <>
            {record && <HowItCame record={record} responses={responses} />}
            <h3 className="mt-1 font-semibold">{t('ballots.votes')}</h3>
            {ballots.map((ballot) => (
              <BallotCard key={ballot.id} ballot={ballot} responses={responses} />
            ))}
          </>
        )}
      </div>
    </Dialog>
  );
}

/** A batch may have been judged more than once; the last ranking is the one on the cards. */
export function newestRanking(ballots: Ballot[]): Ballot[] {
  const newest = [...ballots].sort((a, b) => b.created_at.localeCompare(a.created_at))[0];
  return ballots.filter((ballot) => ballot.ranking_id === newest?.ranking_id);
}
