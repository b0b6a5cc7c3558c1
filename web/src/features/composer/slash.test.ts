import { describe, expect, it } from 'vitest';
import { slashChoices, slashWord } from './slash';

const prompts = [
  { name: 'shorter', content: 'Say it in fewer words.' },
  { name: 'renew', content: 'Write it anew.' },
];

describe('a slash', () => {
  it('means something at the beginning only', () => {
    expect(slashWord('/Sho')).toBe('sho');
    expect(slashWord('/')).toBe('');
    expect(slashWord('and/or')).toBeNull();
    expect(slashWord('/etc/hosts')).toBeNull();
    expect(slashWord('/shorter please')).toBeNull();
  });

  it('offers prompts before commands, and names that begin so before others', () => {
    expect(slashChoices('ne', prompts).map((choice) => choice.name)).toEqual(['new', 'renew']);
    expect(slashChoices('', prompts)[0]).toMatchObject({ kind: 'prompt', name: 'shorter' });
    expect(slashChoices('zzz', prompts)).toEqual([]);
  });
});
