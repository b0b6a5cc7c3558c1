import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useCreateApiTokenMutation } from '@/app/api';
import { useSession } from '@/app/gate';
import { useSentForm } from '@/app/use-sent-form';
import { CheckField, Field, SelectField } from '@/components/ui/field';
import { FormCard } from '@/components/ui/form-card';

const scopes = ['read', 'write', 'account', 'admin'] as const;
type Scope = (typeof scopes)[number];
const lives = [30, 90, 365] as const;

/** A new token: its name, what it may do, and for how long. Hands up the token, or null if given up. */
export function TokenForm({ onDone }: { onDone(token: string | null): void }) {
  const { t } = useTranslation();
  const isAdmin = useSession()?.user.role === 'admin';
  const [create] = useCreateApiTokenMutation();
  const schema = z.object({
    name: z.string().trim().min(1, t('tokens.nameNeeded')),
    scopes: z.array(z.enum(scopes)).min(1, t('tokens.scopeNeeded')),
    days: z.string(),
  });
  const { form, errors, busy, problem, submit } = useSentForm({
    schema,
    defaultValues: { name: '', scopes: ['read', 'write'] as Scope[], days: '90' },
    send: async ({ name, scopes: chosen, days }) => {
      const expires_in_days = days === '' ? null : Number(days);
      onDone((await create({ newToken: { name, scopes: chosen, expires_in_days } }).unwrap()).token);
    },
  });

  return (
    <FormCard
      label={t('tokens.add')}
      problem={problem}
      submitLabel={t('tokens.create')}
      busy={busy}
      onSubmit={submit}
      onCancel={() => onDone(null)}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('tokens.name')}
          hint={t('tokens.nameHint')}
          autoComplete="off"
          error={errors.name?.message}
          {...form.register('name')}
        />
        <SelectField label={t('tokens.expires')} {...form.register('days')}>
          {lives.map((days) => (
            <option key={days} value={days}>
              {t('tokens.days', { count: days })}
            </option>
          ))}
          <option value="">{t('tokens.forever')}</option>
        </SelectField>
      </div>
      <fieldset className="grid gap-0.5">
        <legend className="mb-1 text-sm font-medium">{t('tokens.scopes')}</legend>
        {scopes
          .filter((scope) => scope !== 'admin' || isAdmin)
          .map((scope) => (
            <CheckField
              key={scope}
              value={scope}
              label={t(`tokens.scope.${scope}`)}
              {...form.register('scopes')}
            />
          ))}
        {errors.scopes && (
          <p role="alert" className="text-sm text-bad">
            {errors.scopes.message}
          </p>
        )}
      </fieldset>
    </FormCard>
  );
}
