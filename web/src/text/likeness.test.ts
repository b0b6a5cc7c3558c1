import { describe, expect, it } from 'vitest';
import { bestPassage, standingIn } from './likeness';

const one = [
  'Aim for 7-8 hours of sleep each night.',
  'A BRIN index stores the smallest and largest value of each block range.',
  'Partition the table by month.',
  'Yes.',
];
const other = ['Aim for 7 to 8 hours of sleep per night.', 'A hash index is fast for equality.'];

describe('what two texts share', () => {
  it('is what both say in much the same words', () => {
    const stand = standingIn(other, one);
    expect(one.map(stand)).toEqual(['shared', 'unique', 'unique', 'unclear']);
    expect(standingIn(one, other)(other[0] ?? '')).toBe('shared');
  });

  it('is not what differs in a number, and is a short sentence inside a long one', () => {
    expect(standingIn(['The answer is 0.10.'], ['The answer is 0.05.'])('The answer is 0.05.')).toBe(
      'unique',
    );
    const long = 'For a table that is read by time range, start with a BRIN index on the timestamp.';
    expect(standingIn([long, ...other], one)('Use BRIN on the time column.')).toBe('shared');
  });

  it('is nothing where the other text is empty, and all where it is the same', () => {
    expect(standingIn([], one)(one[0] ?? '')).toBe('unique');
    const long = one.filter((sentence) => sentence.length > 10);
    expect(new Set(long.map(standingIn(one, one)))).toEqual(new Set(['shared']));
  });
});

describe('the passage of a point', () => {
  it('is the sentence with its rare words, whatever else the point says', () => {
    expect(bestPassage('Two answers choose BRIN; one chooses a B-tree.', one)).toBe(1);
    expect(bestPassage('They part on whether to partition.', one)).toBe(2);
  });

  it('is none when no sentence is about it', () => {
    expect(bestPassage('Mayonnaise contains eggs.', one)).toBeNull();
    expect(bestPassage('', one)).toBeNull();
    expect(bestPassage('Anything', [])).toBeNull();
  });
});
