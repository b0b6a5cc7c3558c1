import { describe, expect, it } from 'vitest';
import { aBatch, aConsensus, aResponse, rankedResponses } from '@/test/turn-fixtures';
import { missedByRanking, staleness } from './staleness';

const late = aResponse({ service_name: 'Late', position: 3 });
const names = (responses: { service_name: string }[]) => responses.map((response) => response.service_name);

describe('a ranking', () => {
  it('misses a complete answer that it did not take in', () => {
    const batch = aBatch({ responses: [...rankedResponses(), late] });
    expect(names(missedByRanking(batch))).toEqual(['Late']);
    expect(missedByRanking(aBatch())).toEqual([]);
  });

  it('misses no answer that is running, failed, refused or removed, and none where nothing was ranked', () => {
    const responses = [
      aResponse({ id: '1', status: 'processing', stage: 'streaming' }),
      aResponse({ id: '2', status: 'failed', stage: 'failed' }),
      aResponse({ id: '3', stage: 'refused' }),
      aResponse({ id: '4', deleted: true }),
    ];
    expect(missedByRanking(aBatch({ responses }))).toEqual([]);
    expect(missedByRanking(aBatch({ ranking_method: 'none', ranked_response_ids: [] }))).toEqual([]);
  });
});

describe('a consensus', () => {
  it('is stale once an answer came later or a source was removed', () => {
    const [bolt, aria, cedar] = rankedResponses();
    const responses = [{ ...bolt, deleted: true }, aria, { ...cedar, deleted: true }, late] as never;
    const { missed, gone } = staleness(aBatch({ responses }), aConsensus());
    expect([names(missed), names(gone)]).toEqual([['Late'], ['Bolt']]);
  });

  it('is not stale because its sources were removed when it was kept in their place', () => {
    const responses = rankedResponses().map((response) => ({ ...response, deleted: true }));
    const batch = aBatch({ responses, selected_response_id: 'consensus-1', pruned: true });
    expect(staleness(batch, aConsensus())).toEqual({ missed: [], gone: [] });
  });

  it('is not stale while it is being written', () => {
    const response = aResponse({ id: 'consensus-1', status: 'processing', stage: 'streaming' });
    const running = aConsensus({ response, known_ids: [] });
    expect(staleness(aBatch(), running).missed).toEqual([]);
  });
});
