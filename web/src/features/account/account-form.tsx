import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useRegisterMutation } from '@/app/api';
import { useSentForm } from '@/app/use-sent-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import type { Session } from '@/generated/api';

export interface AccountFormProps {
  withSetupToken: boolean;
  /** The token of an invitation. */
  invite?: string;
  /** The address that an invitation is for; it cannot be another then. */
  email?: string;
  submitLabel: string;
  onDone(session: Session): void;
}

const SHORTEST_PASSWORD = 8;

/** Name, e-mail and password for a new account; what the server refuses is shown beside its field. */
export function AccountForm({ withSetupToken, invite, email, submitLabel, onDone }: AccountFormProps) {
  const { t } = useTranslation();
  const [register] = useRegisterMutation();
  const schema = z.object({
    setup_token: withSetupToken ? z.string().trim().min(1, t('account.tokenNeeded')) : z.string(),
    name: z.string().trim().min(1, t('account.nameNeeded')),
    email: z
      .string()
      .trim()
      .regex(/^\S+@\S+$/, t('account.emailNeeded')),
    password: z.string().min(SHORTEST_PASSWORD, t('account.passwordShort', { count: SHORTEST_PASSWORD })),
  });
  const { form, errors, busy, problem, submit } = useSentForm({
    schema,
    defaultValues: { setup_token: '', name: '', email: email ?? '', password: '' },
    send: async ({ setup_token, ...account }) => {
      const token = withSetupToken ? { setup_token } : {};
      onDone(
        await register({ registration: { ...account, ...token, ...(invite ? { invite } : {}) } }).unwrap(),
      );
    },
  });

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {withSetupToken && (
        <Field
          label={t('account.token')}
          hint={t('account.tokenHint')}
          autoComplete="off"
          spellCheck={false}
          error={errors.setup_token?.message}
          {...form.register('setup_token')}
        />
      )}
      <Field
        label={t('account.name')}
        autoComplete="name"
        error={errors.name?.message}
        {...form.register('name')}
      />
      <Field
        label={t('account.email')}
        type="email"
        autoComplete="email"
        readOnly={email !== undefined}
        error={errors.email?.message}
        {...form.register('email')}
      />
      <Field
        label={t('account.password')}
        type="password"
        autoComplete="new-password"
        hint={t('account.passwordHint', { count: SHORTEST_PASSWORD })}
        error={errors.password?.message}
        {...form.register('password')}
      />
      <Button type="submit" look="primary" size="normal" busy={busy}>
        {submitLabel}
      </Button>
    </form>
  );
}
