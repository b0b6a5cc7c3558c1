import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useListOwnBudgetsQuery } from '@/app/api';
import { formatMoment, formatMoney } from '@/app/format';
import { Notice } from '@/components/ui/notice';

/** Says that a budget is reached, or nearly; the worst of them. */
export function BudgetNotice() {
  const { t } = useTranslation();
  const budgets = useListOwnBudgetsQuery().data?.items ?? [];
  const worst =
    budgets.find((budget) => budget.state === 'exhausted') ??
    budgets.find((budget) => budget.state === 'warning');
  if (!worst) return null;
  const exhausted = worst.state === 'exhausted';
  return (
    <Notice tone={exhausted ? 'bad' : 'warn'} role="status">
      {t(exhausted ? 'budgets.reached' : 'budgets.nearlyReached', {
        budget: t(`budgets.name.${worst.scope}.${worst.period}`, { name: worst.subject_name }),
        spent: formatMoney(worst.spent_micro_usd),
        cap: formatMoney((exhausted ? worst.hard_micro_usd : worst.soft_micro_usd) ?? 0),
        at: formatMoment(worst.resets_at),
      })}{' '}
      <Link to="/settings/usage" className="text-accent underline underline-offset-2">
        {t('budgets.see')}
      </Link>
    </Notice>
  );
}
