import { describe, expect, it } from 'vitest';
import { normaliseMaths } from './math-delimiters';

describe('maths delimiters', () => {
  it('turns the backslash forms into dollars', () => {
    expect(normaliseMaths('so \\(x^2\\) and')).toBe('so $x^2$ and');
    expect(normaliseMaths('\\[\nx\n\\]')).toBe('$$\nx\n$$');
  });

  it('keeps sums of money out of maths', () => {
    expect(normaliseMaths('It costs $5 and $10.')).toBe('It costs \\$5 and \\$10.');
  });

  it('leaves real maths alone', () => {
    expect(normaliseMaths('with $a+b$ and $$c$$')).toBe('with $a+b$ and $$c$$');
  });

  it('leaves code alone', () => {
    expect(normaliseMaths('run `echo $HOME \\(x\\)` now')).toBe('run `echo $HOME \\(x\\)` now');
    expect(normaliseMaths('```sh\necho $5 $6\n```')).toBe('```sh\necho $5 $6\n```');
  });

  it('leaves escaped dollars alone', () => {
    expect(normaliseMaths('\\$5')).toBe('\\$5');
  });
});
