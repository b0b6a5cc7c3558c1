import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { z } from 'zod';
import { useChangePasswordMutation } from '@/app/api';
import { useSentForm } from '@/app/use-sent-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';

const SHORTEST_PASSWORD = 8;
const empty = { current_password: '', new_password: '' };

/** A new password; the one so far is asked for, and every other sign-in ends. */
export default function PasswordSection() {
  const { t } = useTranslation();
  const [change] = useChangePasswordMutation();
  const schema = z.object({
    current_password: z.string().min(1, t('account.passwordNeeded')),
    new_password: z.string().min(SHORTEST_PASSWORD, t('account.passwordShort', { count: SHORTEST_PASSWORD })),
  });
  const { form, errors, busy, problem, submit } = useSentForm({
    schema,
    defaultValues: empty,
    send: async (passwordChange) => {
      await change({ passwordChange }).unwrap();
      form.reset(empty);
      toast(t('passwordPage.changed'));
    },
  });

  return (
    <SectionFrame title={t('passwordPage.title')} text={t('passwordPage.text')}>
      <form
        onSubmit={submit}
        noValidate
        className="grid max-w-md gap-4 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset"
      >
        {problem && (
          <Notice tone="bad" role="alert">
            {problem}
          </Notice>
        )}
        <Field
          label={t('passwordPage.current')}
          type="password"
          autoComplete="current-password"
          error={errors.current_password?.message}
          {...form.register('current_password')}
        />
        <Field
          label={t('passwordPage.new')}
          type="password"
          autoComplete="new-password"
          hint={t('account.passwordHint', { count: SHORTEST_PASSWORD })}
          error={errors.new_password?.message}
          {...form.register('new_password')}
        />
        <Button type="submit" look="primary" size="normal" busy={busy}>
          {t('passwordPage.submit')}
        </Button>
      </form>
    </SectionFrame>
  );
}
