import { describe, expect, it, vi } from 'vitest';
import { placeFieldErrors, problemOf, problemSlug, problemText } from './problem';

const validation = {
  status: 422,
  data: {
    type: '/problems/validation',
    title: 'Invalid',
    status: 422,
    detail: 'Check the form.',
    errors: [{ field: 'email', message: 'Already in use.' }],
  },
};

describe('problems', () => {
  it('are read from what the cache rejects with', () => {
    expect(problemOf(validation)?.detail).toBe('Check the form.');
    expect(problemSlug(problemOf(validation))).toBe('validation');
    expect(problemOf(null)).toBeNull();
  });

  it('say so when the server was not reached or did not explain itself', () => {
    expect(problemOf({ error: 'TypeError' })?.status).toBe(0);
    expect(problemText({ status: 502, data: null })).toContain('502');
  });

  it('go beside the field they are about', () => {
    const setError = vi.fn();
    expect(placeFieldErrors<{ email: string }>(validation, ['email'], setError)).toBeNull();
    expect(setError).toHaveBeenCalledWith(
      'email',
      { type: 'server', message: 'Already in use.' },
      { shouldFocus: true },
    );
  });

  it('are shown above the form when they are about none of its fields', () => {
    expect(placeFieldErrors<{ name: string }>(validation, ['name'], vi.fn())).toBe('Check the form.');
  });
});
