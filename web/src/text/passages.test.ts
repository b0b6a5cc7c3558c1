import { describe, expect, it } from 'vitest';
import { passagesOf, sentencesOf, wordsOf } from './passages';

describe('passages', () => {
  it('are sentences; wrapped lines belong together, items and rows stand alone, code is left out', () => {
    const text = [
      '# Which index',
      'Start with a **BRIN** index',
      'on the timestamp. It stays small.',
      '',
      '- Order decides.',
      '- Measure it.',
      '```sql',
      'CREATE INDEX late;',
      '```',
      '| kind | size |',
    ].join('\n');
    expect(passagesOf(text).map((passage) => passage.trim())).toEqual([
      '# Which index',
      'Start with a **BRIN** index on the timestamp.',
      'It stays small.',
      '- Order decides.',
      '- Measure it.',
      '| kind | size |',
    ]);
  });

  it('lose nothing of a text', () => {
    const text = 'One. Two? Three。四です。 Five';
    expect(sentencesOf(text).join('')).toBe(text);
  });

  it('know a word in its plural, with marks and in capitals', () => {
    expect(wordsOf('Payments, PAYMENT; Ängste angst')).toEqual(['paymen', 'paymen', 'angste', 'angst']);
    expect(wordsOf('breaks a break')).toEqual(['break', 'a', 'break']);
  });
});
