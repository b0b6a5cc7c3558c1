import type { Batch, Consensus, Response } from '@/generated/api';
import { isRunning } from './turn-phase';

/** A complete answer that was not removed; a refusal is none. */
export function isAnswer(response: Response): boolean {
  return response.status === 'completed' && response.stage !== 'refused' && !response.deleted;
}

/** Answers that came after the ranking on screen, which therefore says nothing of them. */
export function missedByRanking(batch: Batch): Response[] {
  const ranked = batch.ranking_method === 'judge' || batch.ranking_method === 'local';
  if (!ranked && batch.ranking_method !== 'single') return [];
  return batch.responses.filter(
    (response) => isAnswer(response) && !batch.ranked_response_ids.includes(response.id),
  );
}

export interface Staleness {
  /** Answers that came after it was made. */
  missed: Response[];
  /** Answers that it was made from and that were removed since. */
  gone: Response[];
}

/**
 * What has changed since a consensus was made. One that the user kept has taken the place of its
 * sources; that they were removed then is no news.
 */
export function staleness(batch: Batch, consensus: Consensus): Staleness {
  const { response, known_ids, source_ids } = consensus;
  if (isRunning(response) || response.status !== 'completed') return { missed: [], gone: [] };
  const kept = batch.selected_response_id === response.id;
  return {
    missed: batch.responses.filter((answer) => isAnswer(answer) && !known_ids.includes(answer.id)),
    gone: kept ? [] : batch.responses.filter((answer) => answer.deleted && source_ids.includes(answer.id)),
  };
}
