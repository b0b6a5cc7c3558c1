import { useTranslation } from 'react-i18next';
import { formatMoment, formatMoney } from '@/app/format';
import { Badge } from '@/components/ui/notice';
import type { BudgetStanding } from '@/generated/api';

/** How much of a budget is used up, as words and as a bar. */
export function BudgetMeter({ budget }: { budget: BudgetStanding }) {
  const { t } = useTranslation();
  const cap = budget.hard_micro_usd ?? budget.soft_micro_usd ?? 0;
  const used = budget.spent_micro_usd + budget.reserved_micro_usd;
  const share = cap > 0 ? Math.min(100, (used / cap) * 100) : 100;
  const name = t(`budgets.name.${budget.scope}.${budget.period}`, { name: budget.subject_name });
  const tone = { open: 'good', warning: 'warn', exhausted: 'bad' } as const;
  const fill = { open: 'bg-accent', warning: 'bg-warn', exhausted: 'bg-bad' } as const;
  return (
    <div className="grid gap-1.5">
      <p className="flex flex-wrap items-baseline gap-2">
        <span className="font-medium">{name}</span>
        <Badge tone={tone[budget.state]}>{t(`budgets.state.${budget.state}`)}</Badge>
      </p>
      <div
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share)}
        aria-valuetext={t('budgets.used', { used: formatMoney(used), cap: formatMoney(cap) })}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div className={`h-full rounded-full ${fill[budget.state]}`} style={{ width: `${share}%` }} />
      </div>
      <p className="text-sm text-ink-soft">
        {t('budgets.used', { used: formatMoney(used), cap: formatMoney(cap) })}
        {budget.soft_micro_usd != null && budget.hard_micro_usd != null && (
          <> · {t('budgets.warnsAt', { cap: formatMoney(budget.soft_micro_usd) })}</>
        )}
        {' · '}
        {t('budgets.resets', { at: formatMoment(budget.resets_at) })}
      </p>
    </div>
  );
}
