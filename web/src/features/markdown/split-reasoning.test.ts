import { describe, expect, it } from 'vitest';
import { splitReasoning } from './split-reasoning';

describe('reasoning inside an answer', () => {
  const whole = '<think>\nFirst this, then that.\n</think>\n\nThe answer.';

  it('is told from the answer', () => {
    expect(splitReasoning(whole, false)).toEqual({
      reasoning: 'First this, then that.',
      answer: 'The answer.',
      thinking: false,
    });
  });

  it('never shows its tags, at no prefix', () => {
    for (let length = 1; length <= whole.length; length += 1) {
      const { reasoning, answer } = splitReasoning(whole.slice(0, length), true);
      expect(answer, whole.slice(0, length)).not.toContain('<');
      expect(reasoning ?? '').not.toContain('<think');
    }
  });

  it('is all there is where the answer never came', () => {
    expect(splitReasoning('<thinking>Half a thought', false)).toEqual({
      reasoning: 'Half a thought',
      answer: '',
      thinking: false,
    });
  });

  it('leaves every other text alone', () => {
    for (const text of ['The answer.', '< 5 apples', 'Use `<think>` here.', '']) {
      expect(splitReasoning(text, false)).toEqual({ reasoning: null, answer: text, thinking: false });
    }
  });
});
