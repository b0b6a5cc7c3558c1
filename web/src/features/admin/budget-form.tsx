import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useCreateBudgetMutation, useListUsersQuery, useUpdateBudgetMutation } from '@/app/api';
import { placeFieldErrors } from '@/app/problem';
import { Field, SelectField } from '@/components/ui/field';
import { FormCard } from '@/components/ui/form-card';
import type { BudgetStanding } from '@/generated/api';
import { announce } from '@/live/announcer';

const INSTANCE = 'instance';

/** Dollars as typed, with a point or a comma; empty is no cap. */
function microUsd(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? undefined : Math.round(Number(trimmed) * 1_000_000);
}

function dollars(amount: number | null | undefined): string {
  return amount == null ? '' : String(amount / 1_000_000);
}

/** A new budget, or the caps of a known one. */
export function BudgetForm({ budget, onDone }: { budget?: BudgetStanding; onDone(): void }) {
  const { t } = useTranslation();
  const users = useListUsersQuery(undefined, { skip: budget !== undefined }).data?.items ?? [];
  const [create] = useCreateBudgetMutation();
  const [update] = useUpdateBudgetMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const amount = z.string().regex(/^\s*\d*([.,]\d{1,6})?\s*$/, t('budgets.notMoney'));
  const schema = z.object({
    subject: z.string(),
    period: z.enum(['day', 'month']),
    soft_micro_usd: amount,
    hard_micro_usd: amount,
  });
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: {
      subject: INSTANCE,
      period: budget?.period ?? 'month',
      soft_micro_usd: dollars(budget?.soft_micro_usd),
      hard_micro_usd: dollars(budget?.hard_micro_usd),
    },
  });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    setProblem(null);
    const caps = {
      soft_micro_usd: microUsd(values.soft_micro_usd),
      hard_micro_usd: microUsd(values.hard_micro_usd),
    };
    try {
      if (budget) {
        await update({ id: budget.id, budgetCaps: caps }).unwrap();
      } else {
        const whole = values.subject === INSTANCE;
        const whose = whole
          ? { scope: 'instance' as const }
          : { scope: 'user' as const, subject_id: values.subject };
        await create({ budgetDraft: { ...whose, period: values.period, ...caps } }).unwrap();
      }
      announce(t('budgets.saved'));
      onDone();
    } catch (error) {
      setProblem(placeFieldErrors(error, ['subject', 'soft_micro_usd', 'hard_micro_usd'], form.setError));
    }
  });

  return (
    <FormCard problem={problem} busy={isSubmitting} onSubmit={submit} onCancel={onDone}>
      {!budget && (
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField label={t('budgets.whose')} {...form.register('subject')}>
            <option value={INSTANCE}>{t('budgets.everybody')}</option>
            {users.map((user) => (
              <option key={user.id} value={user.id}>
                {user.name} ({user.email})
              </option>
            ))}
          </SelectField>
          <SelectField label={t('budgets.period')} {...form.register('period')}>
            <option value="day">{t('budgets.perDay')}</option>
            <option value="month">{t('budgets.perMonth')}</option>
          </SelectField>
        </div>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('budgets.soft')}
          hint={t('budgets.softHint')}
          inputMode="decimal"
          error={errors.soft_micro_usd?.message}
          {...form.register('soft_micro_usd')}
        />
        <Field
          label={t('budgets.hard')}
          hint={t('budgets.hardHint')}
          inputMode="decimal"
          error={errors.hard_micro_usd?.message}
          {...form.register('hard_micro_usd')}
        />
      </div>
    </FormCard>
  );
}
