import { useTranslation } from 'react-i18next';
import { useListBallotsQuery, useThreadInfiniteQuery } from '@/app/api';
import { formatMoney, formatScore } from '@/app/format';
import { Dialog } from '@/components/ui/dialog';
import { LoadProblem } from '@/components/ui/load-problem';
import { Monogram } from '@/components/ui/monogram';
import { Badge, Notice, Skeleton } from '@/components/ui/notice';
import type { Ballot, Response } from '@/generated/api';
import { findBatch } from '@/live/thread-cache';

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
          ballots.map((ballot) => <BallotCard key={ballot.id} ballot={ballot} responses={responses} />)
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

function BallotCard({ ballot, responses }: { ballot: Ballot; responses: Response[] }) {
  const { t } = useTranslation();
  return (
    <article
      className="grid grid-cols-1 gap-3 rounded-xl p-4 ring-1 ring-line ring-inset"
      aria-label={ballot.judge_name}
    >
      <header className="flex flex-wrap items-center gap-2">
        <h3 className="font-semibold">{ballot.judge_name}</h3>
        <Badge tone={ballot.status === 'voted' ? 'good' : ballot.status === 'pending' ? 'plain' : 'bad'}>
          {t(`ballots.status.${ballot.status}`)}
        </Badge>
        {ballot.weight !== 1 && <Badge>{t('ballots.weight', { weight: formatScore(ballot.weight) })}</Badge>}
        <span className="ms-auto text-xs text-ink-faint tabular-nums">
          {formatMoney(ballot.cost_micro_usd)}
        </span>
      </header>
      {ballot.void_reason && (
        <Notice tone="warn">
          {t('ballots.voidBecause')} {ballot.void_reason}
        </Notice>
      )}
      {ballot.tiers.length > 0 && (
        <ol className="grid gap-1.5">
          {ballot.tiers.map((tier, index) => (
            <li key={tier.join()} className="flex items-center gap-3 text-sm">
              <span className="w-6 shrink-0 text-end text-ink-faint tabular-nums">{index + 1}.</span>
              <Names ids={tier} responses={responses} />
              {tier.length > 1 && <span className="text-xs text-ink-faint">{t('ballots.tied')}</span>}
            </li>
          ))}
        </ol>
      )}
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-faint">
        {t('ballots.order')} <Names ids={ballot.order} responses={responses} small />
      </p>
      {ballot.raw_reply && (
        <details className="text-sm">
          <summary className="tap inline-flex items-center text-accent">{t('ballots.raw')}</summary>
          <pre
            tabIndex={0}
            className="mt-2 max-h-72 overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs break-words whitespace-pre-wrap"
          >
            {ballot.raw_reply}
          </pre>
          <p className="mt-1 text-xs text-ink-faint">
            {t('ballots.prompt', { version: ballot.prompt_version })}
          </p>
        </details>
      )}
    </article>
  );
}

function Names({ ids, responses, small }: { ids: string[]; responses: Response[]; small?: boolean }) {
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1">
      {ids.map((id) => {
        const response = responses.find((known) => known.id === id);
        return (
          <span key={id} className="inline-flex items-center gap-1.5">
            {!small && response && (
              <Monogram
                serviceId={response.service_id}
                name={response.service_name}
                voice={response.position}
                size="small"
              />
            )}
            {response?.service_name ?? id}
          </span>
        );
      })}
    </span>
  );
}
