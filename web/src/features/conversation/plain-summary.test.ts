import { describe, expect, it } from 'vitest';
import { plainSummary } from './plain-summary';

describe('a summary as plain text', () => {
  it('shows letters of maths without their dollars', () => {
    expect(plainSummary('where $P$ is the loan and $r$ the rate')).toBe('where P is the loan and r the rate');
    expect(plainSummary('$$M = P$$ holds')).toBe('M = P holds');
  });

  it('leaves sums of money alone', () => {
    for (const text of ['It costs $5 to $10.', 'between $5-$10', 'about $0.02']) {
      expect(plainSummary(text)).toBe(text);
    }
  });
});
