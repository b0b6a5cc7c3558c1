import type { Batch, Response } from '@/generated/api';
import { textsOf } from '@/live/thread-cache';

/** Where a turn stands; each phase carries exactly what may be done in it. */
export type TurnPhase =
  | { phase: 'asking'; running: Response[]; shown: Response[] }
  | { phase: 'ranked'; shown: Response[] }
  | { phase: 'selected'; kept: Response; others: Response[]; running: Response[] }
  | { phase: 'pruned'; kept: Response | null; removed: Response[] };

export function isRunning(response: Response): boolean {
  return response.status === 'pending' || response.status === 'processing';
}

/** Whether there is an answer that can be kept. */
export function canSelect(response: Response): boolean {
  return response.status === 'completed' && response.stage !== 'refused';
}

export function turnPhase(batch: Batch): TurnPhase {
  const shown = batch.responses.filter((response) => !response.deleted);
  const texts = textsOf(batch);
  const removed = texts.filter((response) => response.deleted);
  const running = shown.filter(isRunning);
  const kept =
    texts.find((response) => !response.deleted && response.id === batch.selected_response_id) ?? null;
  if (kept) {
    const others = texts.filter((response) => !response.deleted && response !== kept);
    if (others.length === 0 && removed.length > 0) return { phase: 'pruned', kept, removed };
    return { phase: 'selected', kept, others, running };
  }
  if (batch.pruned && shown.length === 0) return { phase: 'pruned', kept: null, removed };
  return running.length > 0 ? { phase: 'asking', running, shown } : { phase: 'ranked', shown };
}

/** By rank, best first; what has no rank keeps the order in which it was asked, behind the ranked. */
export function byRank(responses: Response[]): Response[] {
  return [...responses].sort((a, b) => (a.rank ?? 99) - (b.rank ?? 99) || a.position - b.position);
}
