import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useCreateInviteMutation } from '@/app/api';
import { useSentForm } from '@/app/use-sent-form';
import { Field, SelectField } from '@/components/ui/field';
import { FormCard } from '@/components/ui/form-card';
import type { MadeFor } from './people-section';

const lives = [24, 72, 168] as const;

/** An invitation: for whom, as what, for how long. Hands up the link, or null if given up. */
export function InviteForm({ onDone }: { onDone(link: MadeFor | null): void }) {
  const { t } = useTranslation();
  const [create] = useCreateInviteMutation();
  const schema = z.object({
    email: z
      .string()
      .trim()
      .regex(/^(\S+@\S+)?$/, t('account.emailNeeded')),
    role: z.enum(['user', 'admin']),
    hours: z.string(),
  });
  const { form, errors, busy, problem, submit } = useSentForm({
    schema,
    defaultValues: { email: '', role: 'user' as 'user' | 'admin', hours: '72' },
    send: async ({ email, role, hours }) => {
      const newInvite = { email: email || null, role, expires_in_hours: Number(hours) };
      const { path } = await create({ newInvite }).unwrap();
      onDone({ path, name: email || null });
    },
  });

  return (
    <FormCard
      label={t('people.invite')}
      problem={problem}
      submitLabel={t('people.makeInvite')}
      busy={busy}
      onSubmit={submit}
      onCancel={() => onDone(null)}
    >
      <div className="grid gap-4 sm:grid-cols-3">
        <Field
          label={t('people.email')}
          type="email"
          autoComplete="off"
          hint={t('people.inviteHint')}
          error={errors.email?.message}
          {...form.register('email')}
        />
        <SelectField label={t('people.role')} {...form.register('role')}>
          <option value="user">{t('profile.user')}</option>
          <option value="admin">{t('profile.admin')}</option>
        </SelectField>
        <SelectField label={t('people.hours')} {...form.register('hours')}>
          {lives.map((hours) => (
            <option key={hours} value={hours}>
              {t('people.hours', { count: hours })}
            </option>
          ))}
        </SelectField>
      </div>
    </FormCard>
  );
}
