import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetUsageQuery } from '@/app/api';
import { formatMoney, formatNumber } from '@/app/format';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';

const groups = ['day', 'service', 'conversation'] as const;

/** Every call there was, also those whose answer was lost: tokens and money by day, service or conversation. */
export default function UsageSection() {
  const { t } = useTranslation();
  const [group, setGroup] = useState<(typeof groups)[number]>('day');
  const { data, error, refetch } = useGetUsageQuery({ groupBy: group });
  const most = Math.max(1, ...(data?.items.map((row) => row.input_tokens + row.output_tokens) ?? []));
  return (
    <SectionFrame title={t('settings.usage')} text={t('usage.text')}>
      <div className="flex flex-wrap gap-1.5">
        {groups.map((name) => (
          <Button
            key={name}
            aria-pressed={name === group}
            look={name === group ? 'primary' : 'secondary'}
            onClick={() => setGroup(name)}
          >
            {t(`usage.by.${name}`)}
          </Button>
        ))}
      </div>
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-40" />
      ) : data.items.length === 0 ? (
        <EmptyState title={t('usage.empty')} />
      ) : (
        <div
          className="overflow-x-auto rounded-xl bg-surface ring-1 ring-line ring-inset"
          role="region"
          aria-label={t('settings.usage')}
          tabIndex={0}
        >
          <table className="w-full text-sm">
            <thead className="text-start text-ink-faint">
              <tr>
                <th className="px-4 py-2 font-medium">{t(`usage.by.${group}`)}</th>
                <th className="px-4 py-2 text-end font-medium">{t('usage.calls')}</th>
                <th className="px-4 py-2 text-end font-medium">{t('usage.input')}</th>
                <th className="px-4 py-2 text-end font-medium">{t('usage.output')}</th>
                <th className="px-4 py-2 text-end font-medium">{t('usage.cost')}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((row) => (
                <tr key={row.key} className="border-t border-line">
                  <td className="max-w-64 px-4 py-2">
                    <span className="block truncate">{row.label}</span>
                    <span aria-hidden className="mt-1 block h-1 rounded-full bg-sunken">
                      <span
                        className="block h-full rounded-full bg-accent"
                        style={{ width: `${((row.input_tokens + row.output_tokens) / most) * 100}%` }}
                      />
                    </span>
                  </td>
                  <td className="px-4 py-2 text-end tabular-nums">{formatNumber(row.calls)}</td>
                  <td className="px-4 py-2 text-end tabular-nums">{formatNumber(row.input_tokens)}</td>
                  <td className="px-4 py-2 text-end tabular-nums">{formatNumber(row.output_tokens)}</td>
                  <td className="px-4 py-2 text-end tabular-nums">{formatMoney(row.cost_micro_usd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </SectionFrame>
  );
}
