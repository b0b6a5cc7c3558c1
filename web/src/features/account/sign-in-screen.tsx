import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { z } from 'zod';
import { useGetInstanceQuery, useLoginMutation } from '@/app/api';
import { useSentForm } from '@/app/use-sent-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { AccountFrame } from './account-frame';
import { SignInElsewhere } from './sign-in-elsewhere';
import { useEnter } from './use-enter';

/** Signing in. The gate leads back to where the reader was once the session is there. */
export function SignInScreen() {
  const { t } = useTranslation();
  const location = useLocation();
  const enter = useEnter();
  const [login] = useLoginMutation();
  const instance = useGetInstanceQuery().data;
  const open = instance?.registration === 'open';
  const elsewhere = instance?.oidc;
  const expired = (location.state as { expired?: boolean } | null)?.expired === true;
  const schema = z.object({
    email: z.string().trim().min(1, t('account.emailNeeded')),
    password: z.string().min(1, t('account.passwordNeeded')),
  });
  const { form, errors, busy, problem, submit } = useSentForm({
    schema,
    defaultValues: { email: '', password: '' },
    send: async (values) => {
      await enter(await login({ credentials: values }).unwrap());
    },
  });

  return (
    <AccountFrame title={t('signIn.title')}>
      {expired && <Notice tone="warn">{t('signIn.expired')}</Notice>}
      {elsewhere && <SignInElsewhere name={elsewhere} search={location.search} />}
      <form onSubmit={submit} noValidate className="grid gap-4">
        {problem && (
          <Notice tone="bad" role="alert">
            {problem}
          </Notice>
        )}
        <Field
          label={t('account.email')}
          type="email"
          autoComplete="email"
          error={errors.email?.message}
          {...form.register('email')}
        />
        <Field
          label={t('account.password')}
          type="password"
          autoComplete="current-password"
          error={errors.password?.message}
          {...form.register('password')}
        />
        <Button type="submit" look="primary" size="normal" busy={busy}>
          {t('signIn.submit')}
        </Button>
      </form>
      {open && (
        <p className="text-sm text-ink-soft">
          {t('signIn.noAccount')}{' '}
          <Link to={`/register${location.search}`} className="text-accent underline underline-offset-2">
            {t('register.title')}
          </Link>
        </p>
      )}
    </AccountFrame>
  );
}
