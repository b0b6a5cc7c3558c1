import { useTranslation } from 'react-i18next';
import { useListOwnBudgetsQuery } from '@/app/api';
import { SectionFrame } from '@/components/ui/section-frame';
import { BudgetMeter } from '@/components/usage/budget-meter';
import { UsageReport } from '@/components/usage/usage-report';

/** What one's own calls came to, also those whose answer was lost, and what may still be spent. */
export default function UsageSection() {
  const { t } = useTranslation();
  const { data } = useListOwnBudgetsQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <SectionFrame title={t('settings.usage')} text={t('usage.text')}>
      {data && data.items.length > 0 && (
        <ul className="grid gap-4 rounded-xl bg-surface p-4 ring-1 ring-line ring-inset">
          {data.items.map((budget) => (
            <li key={budget.id}>
              <BudgetMeter budget={budget} />
            </li>
          ))}
        </ul>
      )}
      <UsageReport />
    </SectionFrame>
  );
}
