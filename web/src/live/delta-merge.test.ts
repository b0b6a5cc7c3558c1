import { describe, expect, it } from 'vitest';
import { mergeDelta } from './delta-merge';

const delta = (offset: number, text: string, attempt = 1) => ({
  type: 'response_delta' as const,
  response_id: 'r',
  attempt,
  offset,
  text,
});

describe('merging a delta', () => {
  it('starts with the first piece', () => {
    expect(mergeDelta(undefined, delta(0, 'Hel'))).toEqual({ kind: 'restart', text: 'Hel' });
  });

  it('appends what follows directly', () => {
    expect(mergeDelta({ attempt: 1, length: 3 }, delta(3, 'lo'))).toEqual({ kind: 'append', text: 'lo' });
  });

  it('skips what is known and keeps the new rest', () => {
    expect(mergeDelta({ attempt: 1, length: 3 }, delta(0, 'Hello'))).toEqual({ kind: 'append', text: 'lo' });
    expect(mergeDelta({ attempt: 1, length: 5 }, delta(1, 'ell'))).toEqual({ kind: 'known' });
  });

  it('sees a gap where text is missing', () => {
    expect(mergeDelta({ attempt: 1, length: 3 }, delta(7, 'world'))).toEqual({ kind: 'gap' });
    expect(mergeDelta(undefined, delta(7, 'world'))).toEqual({ kind: 'gap' });
  });

  it('starts anew with a higher attempt and ignores a lower one', () => {
    expect(mergeDelta({ attempt: 1, length: 9 }, delta(0, 'Again', 2))).toEqual({
      kind: 'restart',
      text: 'Again',
    });
    expect(mergeDelta({ attempt: 2, length: 2 }, delta(2, 'late', 1))).toEqual({ kind: 'known' });
  });

  it('counts UTF-16 units, as the server does', () => {
    const known = '👋🏽'.length;
    expect(known).toBe(4);
    expect(mergeDelta({ attempt: 1, length: known }, delta(known, '!'))).toEqual({
      kind: 'append',
      text: '!',
    });
  });
});
