import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useListOwnBudgetsQuery } from '@/app/api';
import { formatMoment, formatMoney } from '@/app/format';
import { IconButton } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { usePutAwayWarnings } from './put-away';

/** Says that a budget is reached, or nearly; the worst of them. Only the warning can be put away. */
export function BudgetNotice({ onPutAway }: { onPutAway(): void }) {
  const { t } = useTranslation();
  const budgets = useListOwnBudgetsQuery().data?.items ?? [];
  const { isPutAway, putAway } = usePutAwayWarnings();
  const worst =
    budgets.find((budget) => budget.state === 'exhausted') ??
    budgets.find((budget) => budget.state === 'warning' && !isPutAway(budget));
  if (!worst) return null;
  const exhausted = worst.state === 'exhausted';
  return (
    <Notice
      tone={exhausted ? 'bad' : 'warn'}
      role="status"
      action={
        !exhausted && (
          <IconButton
            label={t('budgets.putAway')}
            icon={<X aria-hidden className="size-4" />}
            className="-my-1.5 -me-2 pointer-coarse:-my-2.5"
            onClick={() => {
              putAway(worst);
              onPutAway();
            }}
          />
        )
      }
    >
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
