import { describe, expect, it } from 'vitest';
import { agreementWord, isMarked, readRecord, stopOf } from './ranking-record';

const record = {
  entries: [{ response_id: 'a', rank: 1, score: [7, 6, 8], tied: false, flagged: false }],
  pairs: [],
  stopped: 'agreed',
  flags: { cycle: false },
  diagnostics: { judge_agreement: 1, answer_agreement: null, position_effect: 0, length_effect: -0.6 },
};

describe('the record of a ranking', () => {
  it('is read where it has the form known, and not guessed at otherwise', () => {
    expect(readRecord(record)?.entries[0]?.rank).toBe(1);
    expect(readRecord(null)).toBeNull();
    expect(readRecord({ entries: [] })).toBeNull();
  });

  it('says why no further judge was asked', () => {
    const known = readRecord(record);
    expect(known && stopOf(known)).toBe('agreed');
    expect(known && stopOf({ ...known, stopped: 'nothing_to_judge' })).toBeNull();
  });

  it('puts agreement and effects into words', () => {
    expect([1, 0.7, 0.3].map(agreementWord)).toEqual(['strong', 'partial', 'little']);
    expect([isMarked(null), isMarked(0.2), isMarked(-0.6)]).toEqual([false, false, true]);
  });
});
