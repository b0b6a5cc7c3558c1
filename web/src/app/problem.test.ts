import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FieldError } from '@/generated/api';
import { chooseLanguage } from '@/i18n';
import { faultText, placeFieldErrors, problemOf, problemSlug, problemText } from './problem';

const validation = {
  status: 422,
  data: {
    type: '/problems/validation',
    title: 'Invalid',
    status: 422,
    detail: 'Check the form.',
    errors: [{ field: 'email', code: 'unknown', message: 'Already in use.' }],
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

describe('faults of fields', () => {
  const refused = (fault: Omit<FieldError, 'field'>) => ({
    status: 422,
    data: { ...validation.data, errors: [{ field: 'name', ...fault }] },
  });
  afterEach(() => chooseLanguage('en'));

  it('are told in the language of the page, with their figures', async () => {
    const tooLong = refused({ code: 'too_long', message: 'has 9000 characters', limit: 8000 });
    expect(faultText(tooLong)).toBe('has 9000 characters');
    await chooseLanguage('de');
    expect(faultText(tooLong)).toBe('ist zu lang: höchstens 8.000 Zeichen sind erlaubt');
    const setError = vi.fn();
    placeFieldErrors<{ name: string }>(
      refused({ code: 'out_of_range', message: 'x', limit: 2, params: { min: '0' } }),
      ['name'],
      setError,
    );
    expect(setError.mock.calls[0]?.[1].message).toBe('muss zwischen 0 und 2 liegen');
  });

  it('name the reason of a service, its own words as they are', async () => {
    await chooseLanguage('de');
    const params = { kind: 'overloaded', said: 'busy' };
    expect(faultText(refused({ code: 'service_failed', message: 'x', params }))).toBe(
      'Der Dienst ist überlastet. Er meldet: busy',
    );
  });

  it('are told in the words of the server where the page does not know them', async () => {
    await chooseLanguage('de');
    const code = 'of_tomorrow' as FieldError['code'];
    expect(faultText(refused({ code, message: 'must be blue' }))).toBe('must be blue');
  });
});
