import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetInstanceUsageQuery, useGetUsageQuery } from '@/app/api';
import { formatDuration, formatMoney, formatNumber, formatPercent } from '@/app/format';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import type { UsageLine } from '@/generated/api';
import { DayChart } from './day-chart';
import { daysBetween, isSum, type Metric, metrics, serviceDays } from './figures';

const spans = [7, 30, 90] as const;
type Group = 'day' | 'service' | 'conversation' | 'user' | 'kept_answer';
const ownGroups: Group[] = ['service', 'day', 'conversation', 'kept_answer'];
const allGroups: Group[] = ['service', 'user', 'day', 'conversation', 'kept_answer'];

interface Range {
  from: string;
  to: string;
}

function lastDays(count: number): Range {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const now = Date.now();
  return { from: day(now - (count - 1) * 86_400_000), to: day(now) };
}

function useReport(all: boolean, groupBy: Group | 'service_day', range: Range) {
  const own = useGetUsageQuery({ groupBy, ...range }, { skip: all, refetchOnMountOrArgChange: true });
  const everybodys = useGetInstanceUsageQuery(
    { groupBy, ...range },
    { skip: !all, refetchOnMountOrArgChange: true },
  );
  return all ? everybodys : own;
}

const formats: Record<Metric, (value: number) => string> = {
  cost: formatMoney,
  tokens: formatNumber,
  latency: formatDuration,
  wins: (value) => formatPercent(Math.round(value)),
};

/** What was spent, how fast answers came and which came first: a picture by day, and tables. */
export function UsageReport({ all = false }: { all?: boolean }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<(typeof spans)[number]>(30);
  const [metric, setMetric] = useState<Metric>('cost');
  const [group, setGroup] = useState<Group>('service');
  const range = lastDays(days);
  const byDay = useReport(all, 'service_day', range);
  const { data, error, refetch } = useReport(all, group, range);
  if (error && !data) return <LoadProblem error={error} retry={refetch} />;
  const chart = serviceDays(byDay.data?.items ?? [], daysBetween(range.from, range.to), metric);
  const path = all ? '/api/v1/admin/usage/export' : '/api/v1/usage/export';
  const csv = `${path}?${new URLSearchParams({ group_by: group, ...range })}`;
  return (
    <>
      <Choice<(typeof spans)[number]> label={t('usage.range')} of={spans} chosen={days} choose={setDays}>
        {(count) => t('usage.days', { count })}
      </Choice>
      <div className="grid gap-3 rounded-xl bg-surface p-4 ring-1 ring-line ring-inset">
        <Choice<Metric> label={t('usage.what')} of={metrics} chosen={metric} choose={setMetric}>
          {(name) => t(`usage.metric.${name}`)}
        </Choice>
        {!byDay.data ? (
          <Skeleton className="h-48" />
        ) : chart.series.length === 0 ? (
          <EmptyState title={t('usage.nothing')} />
        ) : (
          <DayChart
            chart={chart}
            stacked={isSum(metric)}
            title={t(`usage.metric.${metric}`)}
            format={formats[metric]}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Choice<Group>
          label={t('usage.grouped')}
          of={all ? allGroups : ownGroups}
          chosen={group}
          choose={setGroup}
        >
          {(name) => t(`usage.by.${name}`)}
        </Choice>
        <a
          href={csv}
          download
          className="tap ms-auto inline-flex items-center gap-1.5 rounded-lg px-2 text-sm text-accent hover:underline"
        >
          <Download aria-hidden className="size-4" />
          {t('usage.csv')}
        </a>
      </div>
      {!data ? (
        <Skeleton className="h-40" />
      ) : data.items.length === 0 ? (
        <EmptyState title={t('usage.empty')} />
      ) : (
        <Lines items={data.items} group={group} />
      )}
    </>
  );
}

function Choice<T extends string | number>(props: {
  label: string;
  of: readonly T[];
  chosen: T;
  choose(one: T): void;
  children(one: T): string;
}) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">{props.label}</legend>
      {props.of.map((one) => (
        <Button
          key={one}
          aria-pressed={one === props.chosen}
          look={one === props.chosen ? 'primary' : 'secondary'}
          onClick={() => props.choose(one)}
        >
          {props.children(one)}
        </Button>
      ))}
    </fieldset>
  );
}

function Lines({ items, group }: { items: UsageLine[]; group: Group }) {
  const { t } = useTranslation();
  const ofAnswers = group !== 'kept_answer';
  const number = 'px-4 py-2 text-end tabular-nums';
  return (
    <div
      className="overflow-x-auto rounded-xl bg-surface ring-1 ring-line ring-inset"
      role="region"
      aria-label={t(`usage.by.${group}`)}
      tabIndex={0}
    >
      <table className="w-full text-sm">
        <thead className="text-start text-ink-faint">
          <tr>
            <th className="px-4 py-2 text-start font-medium">{t(`usage.by.${group}`)}</th>
            <th className="px-4 py-2 text-end font-medium">{t('usage.calls')}</th>
            <th className="px-4 py-2 text-end font-medium">{t('usage.input')}</th>
            <th className="px-4 py-2 text-end font-medium">{t('usage.output')}</th>
            <th className="px-4 py-2 text-end font-medium">{t('usage.cost')}</th>
            {ofAnswers && <th className="px-4 py-2 text-end font-medium">{t('usage.metric.latency')}</th>}
            {ofAnswers && <th className="px-4 py-2 text-end font-medium">{t('usage.metric.wins')}</th>}
            {ofAnswers && <th className="px-4 py-2 text-end font-medium">{t('usage.kept')}</th>}
          </tr>
        </thead>
        <tbody>
          {items.map((row) => (
            <tr key={row.key} className="border-t border-line">
              <td className="max-w-64 min-w-32 truncate px-4 py-2" title={row.label}>
                {row.label}
              </td>
              <td className={number}>{formatNumber(row.calls)}</td>
              <td className={number}>{formatNumber(row.input_tokens)}</td>
              <td className={number}>{formatNumber(row.output_tokens)}</td>
              <td className={number}>{formatMoney(row.cost_micro_usd)}</td>
              {ofAnswers && (
                <td className={number}>{row.total_ms == null ? '–' : formatDuration(row.total_ms)}</td>
              )}
              {ofAnswers && (
                <td className={number}>
                  {row.ranked > 0 ? formatPercent(Math.round((row.wins / row.ranked) * 100)) : '–'}
                </td>
              )}
              {ofAnswers && <td className={number}>{formatNumber(row.kept)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
