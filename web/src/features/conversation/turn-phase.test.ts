import { describe, expect, it } from 'vitest';
import { aBatch, aResponse, rankedResponses } from '@/test/turn-fixtures';
import { byRank, canSelect, turnPhase } from './turn-phase';

describe('the phase of a turn', () => {
  it('is asking while anything runs', () => {
    const responses = [
      aResponse({ status: 'processing', stage: 'streaming' }),
      aResponse({ service_name: 'Bolt' }),
    ];
    const phase = turnPhase(aBatch({ responses }));
    expect(phase.phase).toBe('asking');
    expect(phase.phase === 'asking' && phase.running).toHaveLength(1);
  });

  it('is ranked when all are done', () => {
    expect(turnPhase(aBatch()).phase).toBe('ranked');
  });

  it('is selected with the others at hand, and only then can they be deleted', () => {
    const phase = turnPhase(aBatch({ selected_response_id: 'response-Aria' }));
    expect(phase.phase === 'selected' && phase.others.map((r) => r.service_name)).toEqual(['Bolt', 'Cedar']);
  });

  it('is pruned when the others are gone, and they can come back', () => {
    const responses = rankedResponses().map((r) => ({ ...r, deleted: r.service_name !== 'Aria' }));
    const phase = turnPhase(aBatch({ responses, selected_response_id: 'response-Aria', pruned: true }));
    expect(phase.phase === 'pruned' && phase.removed).toHaveLength(2);
  });

  it('is ranked again when the kept answer was removed', () => {
    const responses = rankedResponses().map((r) => ({ ...r, deleted: r.service_name === 'Aria' }));
    expect(turnPhase(aBatch({ responses, selected_response_id: 'response-Aria' })).phase).toBe('ranked');
  });

  it('orders by rank, and what has none by how it was asked', () => {
    const failed = aResponse({ service_name: 'Dune', position: 0, status: 'failed', stage: 'failed' });
    expect(byRank([failed, ...rankedResponses()]).map((r) => r.service_name)).toEqual([
      'Aria',
      'Bolt',
      'Cedar',
      'Dune',
    ]);
  });

  it('lets only answers be selected', () => {
    expect(canSelect(aResponse())).toBe(true);
    expect(canSelect(aResponse({ stage: 'refused' }))).toBe(false);
    expect(canSelect(aResponse({ status: 'failed', stage: 'failed' }))).toBe(false);
  });
});
