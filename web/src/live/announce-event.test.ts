import { act, render, screen } from '@testing-library/react';
import { createElement } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { LiveRegion } from '@/components/ui/live-region';
import { aBatch, aMessage, aResponse, rankedResponses } from '@/test/turn-fixtures';
import { announceEvent } from './announce-event';
import type { StoredEvent } from './frames';
import type { Thread } from './thread-cache';

const head = { seq: 11, conversation_id: 'conversation-1', at: '2026-11-21T09:00:00Z' };

function thread(patch: Parameters<typeof aBatch>[0] = {}): Thread {
  return {
    pages: [{ items: [aMessage({ batch: aBatch(patch) })], next_cursor: null, last_seq: 10 }],
    pageParams: [null],
  };
}

describe('what screen readers are told', () => {
  beforeEach(() => {
    render(createElement(LiveRegion));
  });
  const tell = (value: Thread, event: StoredEvent) => act(() => announceEvent(value, event));
  const calling = [aResponse({ stage: 'calling', status: 'processing' })];

  it('says once that an answer begins, and not every piece of it', () => {
    const value = thread({ responses: calling });
    const streaming: StoredEvent = {
      ...head,
      type: 'response_update',
      response: aResponse({ stage: 'streaming', status: 'processing' }),
    };
    tell(value, streaming);
    expect(screen.getByText('Aria is answering')).toBeInTheDocument();
    tell(thread({ responses: [aResponse({ stage: 'streaming' })] }), streaming);
    expect(screen.getByText('Aria is answering')).toBeInTheDocument();
  });

  it('says that an answer is there, failed, was declined or stopped', () => {
    const stages = [
      ['answered', 'Aria has answered'],
      ['refused', 'Aria declined to answer'],
      ['cancelled', 'Aria was stopped'],
    ] as const;
    for (const [stage, text] of stages) {
      tell(thread({ responses: calling }), {
        ...head,
        type: 'response_update',
        response: aResponse({ stage }),
      });
      expect(screen.getByText(text)).toBeInTheDocument();
    }
    const error = {
      kind: 'overloaded' as const,
      message: 'Too many requests.',
      action: 'Wait.',
      retryable: true,
    };
    tell(thread({ responses: calling }), {
      ...head,
      type: 'response_update',
      response: aResponse({ stage: 'failed', error }),
    });
    expect(screen.getByText('Aria could not answer. Too many requests.')).toBeInTheDocument();
  });

  it('reads out the ranking, best first', () => {
    const { responses: _responses, ...done } = aBatch();
    tell(thread({ status: 'RANKING', responses: rankedResponses() }), {
      ...head,
      type: 'batch_update',
      batch: done,
    });
    expect(screen.getByText('Ranking: Aria 8.3, Bolt 6.1, Cedar 3.2')).toBeInTheDocument();
  });

  it('says what was selected, removed and brought back', () => {
    const ids = { message_id: 'message-1', response_ids: ['a', 'b'] };
    tell(thread(), {
      ...head,
      type: 'response_selected',
      message_id: 'message-1',
      response_id: 'response-Aria',
    });
    expect(screen.getByText('Aria selected')).toBeInTheDocument();
    tell(thread(), { ...head, type: 'response_selected', message_id: 'message-1', response_id: null });
    expect(screen.getByText('Selection removed')).toBeInTheDocument();
    tell(thread(), { ...head, type: 'responses_pruned', ...ids });
    expect(screen.getByText('2 answers removed. Press u to undo.')).toBeInTheDocument();
    tell(thread(), { ...head, type: 'responses_restored', ...ids });
    expect(screen.getByText('2 answers are back')).toBeInTheDocument();
  });
});
