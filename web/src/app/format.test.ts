import { afterEach, describe, expect, it } from 'vitest';
import { chooseLanguage } from '@/i18n';
import {
  formatDay,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
  formatRelative,
  formatScore,
} from './format';

describe('numbers, money and times', () => {
  afterEach(() => chooseLanguage('en'));

  it('keeps two digits of small sums', () => {
    expect(formatMoney(3900)).toBe('$0.0039');
    expect(formatMoney(1_250_000)).toBe('$1.25');
    expect(formatMoney(0)).toBe('$0.00');
    expect(formatMoney(-42_000)).toBe('-$0.042');
  });

  it('writes durations by their size', () => {
    expect(formatDuration(2100)).toBe('2.1 s');
    expect(formatDuration(42_400)).toBe('42 s');
    expect(formatDuration(125_000)).toBe('2 min 5 s');
    expect(formatDuration(-5)).toBe('0.0 s');
  });

  it('names days as people do', () => {
    const now = new Date(2026, 10, 21, 12);
    expect(formatDay(new Date(2026, 10, 21, 1).toISOString(), now)).toBe('Today');
    expect(formatDay(new Date(2026, 10, 20, 23).toISOString(), now)).toBe('Yesterday');
    expect(formatDay(new Date(2026, 10, 17).toISOString(), now)).toBe('Tuesday');
    expect(formatDay(new Date(2026, 2, 3).toISOString(), now)).toBe('March 3');
    expect(formatDay(new Date(2024, 2, 3).toISOString(), now)).toContain('2024');
  });

  it('says how long ago', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(formatRelative('2026-11-21T11:59:40Z', now)).toBe('just now');
    expect(formatRelative('2026-11-21T11:57:00Z', now)).toBe('3 minutes ago');
    expect(formatRelative('2026-11-19T12:00:00Z', now)).toBe('2 days ago');
  });

  it('follows the language', async () => {
    await chooseLanguage('de');
    expect(document.documentElement.lang).toBe('de');
    expect(formatNumber(1204)).toBe('1.204');
    expect(formatScore(8.3)).toBe('8,3');
    expect(formatPercent(64)).toMatch(/^64\s%$/);
    expect(formatDay(new Date().toISOString(), new Date())).toBe('Heute');
  });
});
