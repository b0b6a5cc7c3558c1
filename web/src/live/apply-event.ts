import type { StoredEvent } from './frames';
import {
  findBatch,
  mergeBatch,
  mergeConsensus,
  mergeResponse,
  setDeleted,
  setPruned,
  setSelected,
  setSeq,
  type Thread,
  upsertMessage,
} from './thread-cache';

/** Applies one stored event to a cached thread. Running it twice changes nothing more. */
export function applyEvent(thread: Thread, event: StoredEvent): void {
  switch (event.type) {
    case 'message_created':
      upsertMessage(thread, event.message);
      break;
    case 'batch_update':
      mergeBatch(thread, event.batch);
      break;
    case 'response_update':
      mergeResponse(thread, event.response);
      break;
    case 'consensus_update':
      mergeConsensus(thread, event.consensus);
      break;
    case 'batch_complete': {
      const batch = findBatch(thread, event.batch_id);
      if (batch) batch.finished_responses = Math.max(batch.finished_responses, event.completed_count);
      break;
    }
    case 'response_selected':
      setSelected(thread, event.message_id, event.response_id);
      break;
    case 'responses_pruned':
      setPruned(thread, event.message_id, event.response_ids);
      break;
    case 'responses_restored':
      setDeleted(thread, event.message_id, event.response_ids, false);
      break;
    case 'conversation_updated':
    case 'conversation_deleted':
      break;
  }
  setSeq(thread, event.seq);
}

/** Whether the next prompt may look different after this event. */
export function touchesContext(event: StoredEvent): boolean {
  switch (event.type) {
    case 'response_selected':
    case 'responses_pruned':
    case 'responses_restored':
    case 'batch_complete':
    case 'message_created':
      return true;
    case 'conversation_updated':
      return true;
    default:
      return false;
  }
}
