import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useDeleteBudgetMutation, useListBudgetsQuery } from '@/app/api';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { BudgetMeter } from '@/components/usage/budget-meter';
import type { BudgetStanding } from '@/generated/api';
import { announce } from '@/live/announcer';
import { BudgetForm } from './budget-form';

/** How much may be spent in a day or a month, by whom, and how much of it is used up. */
export default function BudgetsSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListBudgetsQuery(undefined, { refetchOnMountOrArgChange: true });
  const [editing, setEditing] = useState<string | null>(null);
  const done = () => setEditing(null);
  return (
    <SectionFrame
      title={t('admin.sections.budgets')}
      text={t('budgets.text')}
      action={
        editing !== 'new' && (
          <Button
            look="primary"
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() => setEditing('new')}
          >
            {t('budgets.add')}
          </Button>
        )
      }
    >
      {editing === 'new' && <BudgetForm onDone={done} />}
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-32" />
      ) : data.items.length === 0 ? (
        editing !== 'new' && <EmptyState title={t('budgets.empty')}>{t('budgets.emptyText')}</EmptyState>
      ) : (
        <ul className="grid gap-3">
          {data.items.map((budget) => (
            <li key={budget.id}>
              {editing === budget.id ? (
                <BudgetForm budget={budget} onDone={done} />
              ) : (
                <BudgetRow budget={budget} onEdit={() => setEditing(budget.id)} />
              )}
            </li>
          ))}
        </ul>
      )}
    </SectionFrame>
  );
}

function BudgetRow({ budget, onEdit }: { budget: BudgetStanding; onEdit(): void }) {
  const { t } = useTranslation();
  const [remove, { isLoading }] = useDeleteBudgetMutation();
  const [sure, setSure] = useState(false);
  const deleteIt = async () => {
    try {
      await remove({ id: budget.id }).unwrap();
      announce(t('budgets.deleted'));
    } catch (error) {
      toast.error(problemText(error));
    }
  };
  return (
    <div className="grid gap-3 rounded-xl bg-surface p-4 ring-1 ring-line ring-inset">
      <BudgetMeter budget={budget} />
      <div className="flex flex-wrap gap-2">
        <Button onClick={onEdit}>{t('budgets.edit')}</Button>
        {sure ? (
          <Button look="danger" busy={isLoading} onClick={deleteIt}>
            {t('budgets.confirmDelete')}
          </Button>
        ) : (
          <Button look="danger" onClick={() => setSure(true)}>
            {t('budgets.delete')}
          </Button>
        )}
      </div>
    </div>
  );
}
