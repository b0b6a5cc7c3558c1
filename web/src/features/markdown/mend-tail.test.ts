import { describe, expect, it } from 'vitest';
import { mendTail } from './mend-tail';

describe('half-written Markdown', () => {
  it('closes marks that are still open', () => {
    expect(mendTail('this is **bo')).toBe('this is **bo**');
    expect(mendTail('an *em')).toBe('an *em*');
    expect(mendTail('some `co')).toBe('some `co`');
    expect(mendTail('1. **Order ')).toBe('1. **Order**');
  });

  it('holds back marks that have only just begun', () => {
    expect(mendTail('this is **')).toBe('this is');
    expect(mendTail('text\n##')).toBe('text');
    expect(mendTail('text\n-')).toBe('text');
  });

  it('shows a half-written link as its text', () => {
    expect(mendTail('see [the manual](https://exa')).toBe('see the manual');
    expect(mendTail('see [the man')).toBe('see the man');
  });

  it('holds a table back until it can be one, and half a row until it is whole', () => {
    expect(mendTail('| a | b |')).toBe('');
    expect(mendTail('| a | b |\n|---|')).not.toContain('undefined');
    expect(mendTail('| a | b |\n|---|---|\n| 1 | 2 |\n| 3')).toBe('| a | b |\n|---|---|\n| 1 | 2 |');
  });

  it('holds back unfinished display maths and leaves open code as it is', () => {
    expect(mendTail('so\n$$\n\\frac{a')).toBe('so');
    expect(mendTail('```js\nlet **x')).toBe('```js\nlet **x');
  });

  it('changes nothing that is whole', () => {
    for (const whole of ['plain words.', 'a **b** c', '- item one\n- item two', '2 * 3 = 6']) {
      expect(mendTail(whole)).toBe(whole);
    }
  });
});
