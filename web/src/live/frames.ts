import type { Batch, Consensus, Conversation, Message, Response } from '@/generated/api';

/** A batch without its answers, as events carry it. */
export type BatchState = Omit<Batch, 'responses' | 'consensuses'>;

interface Numbered {
  seq: number;
  conversation_id: string;
  at: string;
}

/** A change the server has stored and numbered; gapless per conversation. */
export type StoredEvent = Numbered &
  (
    | { type: 'message_created'; message: Message }
    | { type: 'batch_update'; batch: BatchState }
    | { type: 'response_update'; response: Response }
    | { type: 'consensus_update'; consensus: Consensus }
    | { type: 'batch_complete'; batch_id: string; completed_count: number; total_count: number }
    | { type: 'response_selected'; message_id: string; response_id: string | null }
    | { type: 'responses_pruned'; message_id: string; response_ids: string[] }
    | { type: 'responses_restored'; message_id: string; response_ids: string[] }
    | { type: 'conversation_updated'; conversation: Conversation }
    | { type: 'conversation_deleted' }
  );

/** A piece of an answer; `offset` and lengths count UTF-16 code units, as JavaScript strings do. */
export interface TextPiece {
  response_id: string;
  attempt: number;
  offset: number;
  text: string;
}

export type TextDelta = TextPiece & { type: 'response_delta' };

/** A piece of what a model thinks before it answers; its offsets count from where the thoughts begin. */
export type ThoughtsDelta = TextPiece & { type: 'thoughts_delta' };

export type LiveFrame =
  | StoredEvent
  | TextDelta
  | ThoughtsDelta
  | { type: 'ready'; last_seq: number }
  | { type: 'resync'; last_seq: number };

export interface ConversationHint {
  type: 'conversation_changed';
  conversation_id: string;
  change: 'created' | 'updated' | 'deleted';
}

/** Reads a text frame; anything that is not an object with a `type` is ignored by returning null. */
export function readFrame<T extends { type: string }>(data: unknown): T | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    const named = typeof value === 'object' && value !== null && 'type' in value;
    return named && typeof value.type === 'string' ? (value as unknown as T) : null;
  } catch {
    return null;
  }
}

export function isStored(frame: LiveFrame): frame is StoredEvent {
  return 'seq' in frame && typeof frame.seq === 'number';
}
