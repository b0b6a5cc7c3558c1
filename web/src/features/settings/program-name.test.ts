import { describe, expect, it } from 'vitest';
import { programName } from './program-name';

describe('the name of a program', () => {
  it('is browser and system, or what the program calls itself', () => {
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const edge =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0';
    const phone =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
    expect(programName(firefox)).toBe('Firefox, Linux');
    expect(programName(edge)).toBe('Edge, Windows');
    expect(programName(phone)).toBe('Safari, iOS');
    expect(programName('curl/8.5.0')).toBe('curl/8.5.0');
    expect(programName('')).toBe('');
  });
});
