import { describe, expect, it } from 'vitest';
import { fitted, goesAsItIs } from './prepare-image';

describe('an image before it is sent', () => {
  it('is shrunk to what providers look at, in its own form', () => {
    expect(fitted(4096, 1024)).toEqual([2048, 512]);
    expect(fitted(640, 480)).toEqual([640, 480]);
    expect(fitted(9000, 1)).toEqual([2048, 1]);
  });

  it('is drawn anew where it is large, or a photograph, which may say where it was taken', () => {
    expect(goesAsItIs('image/png', 900, 800, 600, 1000)).toBe(true);
    expect(goesAsItIs('image/png', 1100, 800, 600, 1000)).toBe(false);
    expect(goesAsItIs('image/png', 900, 3000, 600, 1000)).toBe(false);
    expect(goesAsItIs('image/jpeg', 900, 800, 600, 1000)).toBe(false);
    expect(goesAsItIs('image/gif', 900, 3000, 600, 1000)).toBe(true);
    expect(goesAsItIs('image/bmp', 900, 10, 10, 1000)).toBe(false);
  });
});
