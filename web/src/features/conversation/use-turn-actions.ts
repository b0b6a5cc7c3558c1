import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import {
  api,
  useAddResponseMutation,
  useCancelBatchMutation,
  useCancelResponseMutation,
  useDeleteResponseMutation,
  useDeselectResponseMutation,
  useMakeConsensusMutation,
  usePruneMessageMutation,
  useRankBatchMutation,
  useRestoreMessageMutation,
  useRestoreResponseMutation,
  useRetryFailedMutation,
  useRetryResponseMutation,
  useSelectResponseMutation,
  useUpdateMessageMutation,
} from '@/app/api';
import { formatMoney, formatNumber } from '@/app/format';
import { problemText } from '@/app/problem';
import { useAppDispatch } from '@/app/store';
import { offerUndo } from '@/app/undo';
import { uniqueId } from '@/app/unique-id';
import type { Message, Response } from '@/generated/api';
import {
  findResponse,
  mergeConsensus,
  mergeResponse,
  setDeleted,
  setPruned,
  setSelected,
  type Thread,
  textsOf,
} from '@/live/thread-cache';
import { isRunning, turnPhase } from './turn-phase';

export interface TurnActions {
  select(response: Response): void;
  deselect(response: Response): void;
  remove(response: Response): void;
  restore(response: Response): void;
  retry(response: Response): void;
  stop(response: Response): void;
  stopAll(): void;
  retryFailed(): void;
  rankAgain(): void;
  prune(): void;
  restoreAll(): void;
  ask(serviceId: string): void;
  /** Fuses the answers; the ticked points must be in it. Says whether it was begun. */
  fuse(keep: string[], serviceId: string | null): Promise<boolean>;
  exclude(excluded: boolean): void;
}

type Unwrappable = { unwrap(): Promise<unknown> };

export function focusComposer(): void {
  document.querySelector<HTMLTextAreaElement>('[data-composer]')?.focus();
}

/** What can be done in one turn. Each change shows at once and is taken back if the server refuses. */
export function useTurnActions(message: Message): TurnActions {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const [select] = useSelectResponseMutation();
  const [deselect] = useDeselectResponseMutation();
  const [remove] = useDeleteResponseMutation();
  const [restore] = useRestoreResponseMutation();
  const [retry] = useRetryResponseMutation();
  const [cancel] = useCancelResponseMutation();
  const [cancelBatch] = useCancelBatchMutation();
  const [retryFailed] = useRetryFailedMutation();
  const [rank] = useRankBatchMutation();
  const [prune] = usePruneMessageMutation();
  const [restoreMessage] = useRestoreMessageMutation();
  const [addResponse] = useAddResponseMutation();
  const [makeConsensus] = useMakeConsensusMutation();
  const [updateMessage] = useUpdateMessageMutation();

  return useMemo(() => {
    const patch = (recipe: (thread: Thread) => void) =>
      dispatch(api.util.updateQueryData('thread', message.conversation_id, recipe));
    const refreshContext = () =>
      dispatch(api.util.invalidateTags([{ type: 'Context', id: message.conversation_id }]));

    /** Shows the change, asks the server, and takes it back with the reason when that fails. */
    const attempt = async <T extends Unwrappable>(show: (thread: Thread) => void, send: () => T) => {
      const shown = patch(show);
      try {
        const result = await send().unwrap();
        refreshContext();
        return result as Awaited<ReturnType<T['unwrap']>>;
      } catch (error) {
        shown.undo();
        toast.error(problemText(error));
        return null;
      }
    };
    const nothing = () => {};
    const batch = message.batch;

    const stopShown = (response: Response) => (thread: Thread) =>
      mergeResponse(thread, { ...response, status: 'cancelled', stage: 'cancelled' });

    const restoreAll = async () => {
      const ids = batch ? textsOf(batch).map((response) => response.id) : [];
      await attempt(
        (thread) => setDeleted(thread, message.id, ids, false),
        () => restoreMessage({ id: message.id }),
      );
    };

    const pruneOthers = async () => {
      const phase = batch ? turnPhase(batch) : null;
      if (phase?.phase !== 'selected' || phase.others.length === 0) return;
      const ids = phase.others.map((response) => response.id);
      focusComposer();
      const result = await attempt(
        (thread) => setPruned(thread, message.id, ids),
        () => prune({ id: message.id }),
      );
      if (!result) return;
      const removed = t('prune.removed', { count: result.pruned_response_ids.length });
      const saved = t('prune.saved', {
        tokens: formatNumber(result.saved_tokens),
        money: formatMoney(-result.saved_micro_usd),
      });
      offerUndo({
        place: 'composer',
        text: result.saved_tokens > 0 ? `${removed} · ${saved}` : removed,
        run: restoreAll,
      });
    };

    return {
      select: (response) =>
        void attempt(
          (thread) => setSelected(thread, message.id, response.id),
          () => select({ id: response.id }),
        ),
      deselect: (response) =>
        void attempt(
          (thread) => setSelected(thread, message.id, null),
          () => deselect({ id: response.id }),
        ),
      remove: (response) => {
        void attempt(
          (thread) => setDeleted(thread, message.id, [response.id], true),
          () => remove({ id: response.id }),
        ).then((done) => {
          if (!done) return;
          offerUndo({
            place: 'composer',
            text: t('prune.removed', { count: 1 }),
            run: () =>
              attempt(
                (thread) => setDeleted(thread, message.id, [response.id], false),
                () => restore({ id: response.id }),
              ),
          });
        });
      },
      restore: (response) =>
        void attempt(
          (thread) => setDeleted(thread, message.id, [response.id], false),
          () => restore({ id: response.id }),
        ),
      retry: (response) =>
        void attempt(
          (thread) =>
            mergeResponse(thread, {
              ...response,
              status: 'pending',
              stage: 'queued',
              progress: 0,
              error: null,
              retry_at: null,
            }),
          () => retry({ id: response.id }),
        ),
      stop: (response) => void attempt(stopShown(response), () => cancel({ id: response.id })),
      stopAll: () => {
        if (!batch) return;
        const running = batch.responses.filter(isRunning);
        void attempt(
          (thread) => {
            for (const response of running) stopShown(response)(thread);
          },
          () => cancelBatch({ id: batch.id }),
        );
      },
      retryFailed: () => batch && void attempt(nothing, () => retryFailed({ id: batch.id })),
      rankAgain: () => batch && void attempt(nothing, () => rank({ id: batch.id })),
      prune: () => void pruneOthers(),
      restoreAll: () => void restoreAll(),
      ask: (serviceId) =>
        void attempt(nothing, () => addResponse({ id: message.id, lateJoiner: { service_id: serviceId } })),
      fuse: async (keep, serviceId) => {
        if (!batch) return false;
        const begun = await attempt(nothing, () =>
          makeConsensus({
            id: batch.id,
            'Idempotency-Key': uniqueId(),
            consensusDraft: { keep, service_id: serviceId },
          }),
        );
        // The event may have come first, and later ones with it; then the cache already knows better.
        if (begun) {
          patch((thread) => {
            if (!findResponse(thread, batch.id, begun.response.id)) mergeConsensus(thread, begun);
          });
        }
        return begun !== null;
      },
      exclude: (excluded) =>
        void attempt(
          (thread) => {
            for (const page of thread.pages) {
              for (const item of page.items) if (item.id === message.id) item.excluded = excluded;
            }
          },
          () => updateMessage({ id: message.id, messageChanges: { excluded } }),
        ),
    };
  }, [
    addResponse,
    cancel,
    cancelBatch,
    deselect,
    dispatch,
    makeConsensus,
    message,
    prune,
    rank,
    remove,
    restore,
    restoreMessage,
    retry,
    retryFailed,
    select,
    t,
    updateMessage,
  ]);
}
