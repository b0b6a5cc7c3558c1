import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { z } from 'zod';
import { useResetPasswordMutation } from '@/app/api';
import { useSentForm } from '@/app/use-sent-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import type { Session } from '@/generated/api';
import { LinkFrame } from './link-frame';
import { useEnter } from './use-enter';
import { useHeldLink } from './use-held-link';

const SHORTEST_PASSWORD = 8;

/** `/reset#token`: a new password by a link of an administrator. */
export function ResetScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const enter = useEnter();
  const held = useHeldLink('reset');
  return (
    <LinkFrame
      held={held}
      title={t('reset.title')}
      text={(link) => t('reset.text', { email: link.email ?? '' })}
    >
      {(link, token) => (
        <ResetForm
          token={token}
          email={link.email ?? ''}
          onDone={(session) => void enter(session).then(() => navigate('/', { replace: true }))}
        />
      )}
    </LinkFrame>
  );
}

function ResetForm(props: { token: string; email: string; onDone(session: Session): void }) {
  const { t } = useTranslation();
  const [reset] = useResetPasswordMutation();
  const schema = z.object({
    password: z.string().min(SHORTEST_PASSWORD, t('account.passwordShort', { count: SHORTEST_PASSWORD })),
  });
  const { form, errors, busy, problem, submit } = useSentForm({
    schema,
    defaultValues: { password: '' },
    send: async ({ password }) => {
      props.onDone(await reset({ passwordReset: { token: props.token, password } }).unwrap());
    },
  });
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {/* Password managers file the new password under the name. */}
      <input type="email" autoComplete="username" value={props.email} readOnly hidden />
      <Field
        label={t('passwordPage.new')}
        type="password"
        autoComplete="new-password"
        hint={t('account.passwordHint', { count: SHORTEST_PASSWORD })}
        error={errors.password?.message}
        {...form.register('password')}
      />
      <Button type="submit" look="primary" size="normal" busy={busy}>
        {t('reset.submit')}
      </Button>
    </form>
  );
}
