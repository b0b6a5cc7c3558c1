import type { UsageLine } from '@/generated/api';

/** What a chart can show of services by day; sums are stacked, averages are drawn as lines. */
export const metrics = ['cost', 'tokens', 'latency', 'wins'] as const;
export type Metric = (typeof metrics)[number];

export interface Series {
  id: string;
  name: string;
  /** One value per day; null where the service was not asked. */
  values: (number | null)[];
}

export interface ServiceDays {
  days: string[];
  series: Series[];
}

function metricOf(line: UsageLine, metric: Metric): number | null {
  switch (metric) {
    case 'cost':
      return line.cost_micro_usd;
    case 'tokens':
      return line.input_tokens + line.output_tokens;
    case 'latency':
      return line.total_ms ?? null;
    case 'wins':
      return line.ranked > 0 ? (line.wins / line.ranked) * 100 : null;
  }
}

export function isSum(metric: Metric): boolean {
  return metric === 'cost' || metric === 'tokens';
}

/** Every day from the first to the last, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to) && days.length < 400; at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

/** Puts a report of services by day in the form of a chart: one series per service, by name. */
export function serviceDays(lines: UsageLine[], days: string[], metric: Metric): ServiceDays {
  const byId = new Map<string, Series>();
  for (const line of lines) {
    const [day = '', id = ''] = line.key.split(' ');
    const at = days.indexOf(day);
    if (at < 0) continue;
    const series = byId.get(id) ?? { id, name: line.label, values: days.map(() => null) };
    series.values[at] = metricOf(line, metric);
    byId.set(id, series);
  }
  const series = [...byId.values()].filter((one) => one.values.some((value) => value !== null));
  return { days, series: series.sort((a, b) => a.name.localeCompare(b.name)) };
}

/** The largest value that the chart has to show: of a day's sum, or of a single mark. */
export function highest({ days, series }: ServiceDays, stacked: boolean): number {
  const values = days.map((_, at) => {
    const ofDay = series.map((one) => one.values[at] ?? 0);
    return stacked ? ofDay.reduce((sum, value) => sum + value, 0) : Math.max(0, ...ofDay);
  });
  return Math.max(0, ...values);
}
