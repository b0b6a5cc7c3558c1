import { describe, expect, it } from 'vitest';
import { aBatch, aMessage, aResponse } from '@/test/turn-fixtures';
import { applyEvent, touchesContext } from './apply-event';
import type { BatchState, StoredEvent } from './frames';
import { type Thread, threadMessages, threadSeq } from './thread-cache';

function thread(): Thread {
  return {
    pages: [
      { items: [aMessage()], next_cursor: 'older', last_seq: 10 },
      {
        items: [aMessage({ id: 'message-0', content: 'Earlier', batch: null })],
        next_cursor: null,
        last_seq: 8,
      },
    ],
    pageParams: [null, 'older'],
  };
}

const head = { conversation_id: 'conversation-1', at: '2026-11-21T09:00:00Z' };
const batchOf = (value: Thread) => {
  const batch = threadMessages(value).at(-1)?.batch;
  if (!batch) throw new Error('no batch');
  return batch;
};
const ids = (value: Thread, wanted: boolean) =>
  batchOf(value)
    .responses.filter((response) => response.deleted === wanted)
    .map((response) => response.id);

describe('applying events to a cached thread', () => {
  it('shows the oldest loaded message first', () => {
    expect(threadMessages(thread()).map((message) => message.id)).toEqual(['message-0', 'message-1']);
  });

  it('adds a new message at the end, once', () => {
    const value = thread();
    const event: StoredEvent = {
      ...head,
      seq: 11,
      type: 'message_created',
      message: aMessage({ id: 'message-2' }),
    };
    applyEvent(value, event);
    applyEvent(value, event);
    expect(threadMessages(value).map((message) => message.id)).toEqual([
      'message-0',
      'message-1',
      'message-2',
    ]);
    expect(threadSeq(value)).toBe(11);
  });

  it('updates a batch without losing its answers', () => {
    const value = thread();
    const { responses, ...state } = aBatch({ status: 'RANKING', judges_voted: 1 });
    applyEvent(value, { ...head, seq: 11, type: 'batch_update', batch: state as BatchState });
    expect(batchOf(value)).toMatchObject({ status: 'RANKING', judges_voted: 1 });
    expect(batchOf(value).responses).toHaveLength(responses.length);
  });

  it('replaces an answer, and puts a late joiner in its place', () => {
    const value = thread();
    applyEvent(value, {
      ...head,
      seq: 11,
      type: 'response_update',
      response: aResponse({ service_name: 'Bolt', progress: 40 }),
    });
    applyEvent(value, {
      ...head,
      seq: 12,
      type: 'response_update',
      response: aResponse({ service_name: 'Dune', position: 3 }),
    });
    expect(batchOf(value).responses.map((response) => response.service_name)).toEqual([
      'Bolt',
      'Aria',
      'Cedar',
      'Dune',
    ]);
    expect(batchOf(value).responses[0]?.progress).toBe(40);
  });

  it('moves the mark of selection', () => {
    const value = thread();
    const select = (seq: number, response_id: string | null): StoredEvent => ({
      ...head,
      seq,
      type: 'response_selected',
      message_id: 'message-1',
      response_id,
    });
    applyEvent(value, select(11, 'response-Aria'));
    applyEvent(value, select(12, 'response-Bolt'));
    expect(batchOf(value).selected_response_id).toBe('response-Bolt');
    expect(batchOf(value).responses.filter((response) => response.selected)).toHaveLength(1);
    applyEvent(value, select(13, null));
    expect(batchOf(value).responses.some((response) => response.selected)).toBe(false);
  });

  it('prunes and restores', () => {
    const value = thread();
    const gone = ['response-Bolt', 'response-Cedar'];
    applyEvent(value, {
      ...head,
      seq: 11,
      type: 'responses_pruned',
      message_id: 'message-1',
      response_ids: gone,
    });
    expect(ids(value, true)).toEqual(gone);
    expect(batchOf(value).pruned).toBe(true);
    applyEvent(value, {
      ...head,
      seq: 12,
      type: 'responses_restored',
      message_id: 'message-1',
      response_ids: gone,
    });
    expect(ids(value, true)).toEqual([]);
    expect(batchOf(value).pruned).toBe(false);
  });

  it('never counts finished answers backwards', () => {
    const value = thread();
    applyEvent(value, {
      ...head,
      seq: 11,
      type: 'batch_complete',
      batch_id: 'batch-1',
      completed_count: 1,
      total_count: 3,
    });
    expect(batchOf(value).finished_responses).toBe(3);
  });

  it('passes over events of messages that are not loaded', () => {
    const value = thread();
    applyEvent(value, {
      ...head,
      seq: 11,
      type: 'response_selected',
      message_id: 'elsewhere',
      response_id: 'x',
    });
    applyEvent(value, { ...head, seq: 12, type: 'conversation_deleted' });
    expect(threadSeq(value)).toBe(12);
  });

  it('knows which events change the next prompt', () => {
    const selected: StoredEvent = {
      ...head,
      seq: 1,
      type: 'response_selected',
      message_id: 'm',
      response_id: 'r',
    };
    const update: StoredEvent = { ...head, seq: 1, type: 'response_update', response: aResponse() };
    expect(touchesContext(selected)).toBe(true);
    expect(touchesContext(update)).toBe(false);
  });
});
