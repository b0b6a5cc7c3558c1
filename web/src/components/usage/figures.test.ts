import { describe, expect, it } from 'vitest';
import type { UsageLine } from '@/generated/api';
import { daysBetween, highest, serviceDays } from './figures';

function line(key: string, label: string, more: Partial<UsageLine> = {}): UsageLine {
  return {
    key,
    label,
    calls: 1,
    input_tokens: 10,
    output_tokens: 5,
    cost_micro_usd: 100,
    answered: 1,
    ranked: 0,
    wins: 0,
    kept: 0,
    ...more,
  };
}

describe('a chart of services by day', () => {
  const days = daysBetween('2026-11-20', '2026-11-22');

  it('has every day, also those without a call', () => {
    expect(days).toEqual(['2026-11-20', '2026-11-21', '2026-11-22']);
    const chart = serviceDays([line('2026-11-22 b', 'Bolt'), line('2026-11-20 a', 'Aria')], days, 'cost');
    expect(chart.series).toEqual([
      { id: 'a', name: 'Aria', values: [100, null, null] },
      { id: 'b', name: 'Bolt', values: [null, null, 100] },
    ]);
  });

  it('stacks sums and compares averages one by one', () => {
    const lines = [line('2026-11-20 a', 'Aria'), line('2026-11-20 b', 'Bolt', { cost_micro_usd: 50 })];
    const chart = serviceDays(lines, days, 'cost');
    expect(highest(chart, true)).toBe(150);
    expect(highest(chart, false)).toBe(100);
  });

  it('shows a share of first places only where answers were ranked', () => {
    const lines = [line('2026-11-20 a', 'Aria', { ranked: 4, wins: 3 }), line('2026-11-21 b', 'Bolt')];
    const chart = serviceDays(lines, days, 'wins');
    expect(chart.series).toEqual([{ id: 'a', name: 'Aria', values: [75, null, null] }]);
  });

  it('leaves out days beyond the range', () => {
    expect(serviceDays([line('2026-10-01 a', 'Aria')], days, 'tokens').series).toEqual([]);
  });
});
