import {
  ArrowDownWideNarrow,
  CircleStop,
  Columns2,
  Gavel,
  RotateCw,
  Trash2,
  Undo2,
  Vote,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { remarksLine } from '@/app/ranking-words';
import { Button } from '@/components/ui/button';
import type { Batch } from '@/generated/api';
import { isRunning, type TurnPhase } from './turn-phase';
import type { TurnActions } from './use-turn-actions';

/** "3 of 3 answered, ranked by 2 of 2 judges", in words for every state a batch can be in. */
export function useBatchSentence(batch: Batch): string {
  const { t } = useTranslation();
  const answered = t('batch.answered', {
    answered: batch.answered_responses,
    expected: batch.expected_responses,
  });
  const judges = { voted: batch.judges_voted, count: batch.judges_wanted };
  if (batch.status === 'RANKING') return `${answered}, ${t('batch.judging', judges)}`;
  if (batch.ranking_method === 'judge') return `${answered}, ${t('batch.ranked', judges)}`;
  const remarks = remarksLine(t, batch);
  if (remarks) return `${answered}, ${remarks}`;
  if (batch.ranking_method === 'local') return `${answered}, ${t('batch.local')}`;
  if (batch.status === 'CANCELLED') return `${answered}, ${t('batch.stopped')}`;
  if (batch.status === 'FAILED') return `${answered}, ${t('batch.failed')}`;
  return answered;
}

/** Whether there is an order whose coming about can be shown. */
function isExplained({ status, judges_wanted, ranking_method }: Batch): boolean {
  return status !== 'RANKING' && (judges_wanted > 0 || ranking_method === 'local');
}

export interface BatchLineProps {
  batch: Batch;
  phase: TurnPhase;
  actions: TurnActions;
  sortPending: boolean;
  onSort(): void;
}

/** One line under the cards: how far the batch is, how it was ranked, and what can be done with all of it. */
export function BatchLine({ batch, phase, actions, sortPending, onSort }: BatchLineProps) {
  const { t } = useTranslation();
  const [, setParams] = useSearchParams();
  const sentence = useBatchSentence(batch);
  const failed = batch.responses.filter(
    (response) => !response.deleted && response.status === 'failed',
  ).length;
  const noteApart = batch.ranking_method === 'judge' ? remarksLine(t, batch) : null;
  const running = phase.phase === 'asking' || (phase.phase === 'selected' && phase.running.length > 0);
  const openPanel = (panel: 'ballots' | 'compare') =>
    setParams((params) => {
      params.set('panel', panel);
      params.set('batch', batch.id);
      params.delete('consensus');
      return params;
    });
  const readable = batch.responses.filter(
    (response) => !response.deleted && !isRunning(response) && response.content_length > 0,
  ).length;

  return (
    <div
      className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-ink-soft"
      data-testid="batch-line"
    >
      <p className="me-auto">
        {sentence}
        {noteApart && <span className="text-ink-faint"> · {noteApart}</span>}
      </p>
      <div className="flex flex-wrap items-center gap-1.5">
        {sortPending && (
          <Button icon={<ArrowDownWideNarrow aria-hidden className="size-4" />} onClick={onSort}>
            {t('batch.sortNow')}
          </Button>
        )}
        {running && (
          <Button
            data-action="stop-all"
            icon={<CircleStop aria-hidden className="size-4" />}
            onClick={actions.stopAll}
          >
            {t('batch.stopAll')}
          </Button>
        )}
        {!running && failed > 1 && (
          <Button
            data-action="retry-failed"
            icon={<RotateCw aria-hidden className="size-4" />}
            onClick={actions.retryFailed}
          >
            {t('batch.retryFailed', { count: failed })}
          </Button>
        )}
        {phase.phase === 'ranked' &&
          batch.ranking_method == null &&
          batch.answered_responses > 1 &&
          batch.status !== 'RANKING' && (
            <Button look="quiet" icon={<Gavel aria-hidden className="size-4" />} onClick={actions.rankAgain}>
              {t('batch.rank')}
            </Button>
          )}
        {readable > 1 && (
          <Button
            look="quiet"
            icon={<Columns2 aria-hidden className="size-4" />}
            onClick={() => openPanel('compare')}
          >
            {t('compare.open')}
          </Button>
        )}
        {isExplained(batch) && (
          <Button
            look="quiet"
            icon={<Vote aria-hidden className="size-4" />}
            onClick={() => openPanel('ballots')}
          >
            {t(batch.judges_wanted > 0 ? 'batch.ballots' : 'batch.order')}
          </Button>
        )}
        {phase.phase === 'selected' && phase.others.length > 0 && (
          <Button
            look="danger"
            data-action="prune"
            icon={<Trash2 aria-hidden className="size-4" />}
            onClick={actions.prune}
          >
            {t('batch.prune', { count: phase.others.length })}
          </Button>
        )}
        {phase.phase === 'pruned' && (
          <Button
            look="quiet"
            data-action="restore"
            icon={<Undo2 aria-hidden className="size-4" />}
            onClick={actions.restoreAll}
          >
            {t('batch.restore', { count: phase.removed.length })}
          </Button>
        )}
      </div>
    </div>
  );
}
