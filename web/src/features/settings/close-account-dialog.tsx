import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useCloseAccountMutation } from '@/app/api';
import { tellOtherTabs } from '@/app/other-tabs';
import { problemOf, problemSlug } from '@/app/problem';
import { useSentForm } from '@/app/use-sent-form';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import type { OwnAccount } from '@/generated/api';

/** Leads to the sign-in elsewhere, which asks anew, and back here. */
const SIGN_IN_AGAIN = `/api/v1/auth/oidc/start?again=true&next=${encodeURIComponent('/settings/data')}`;

/** What closing an account does, and the password that confirms it. */
export function CloseAccountDialog(props: { open: boolean; onClose(): void; account: OwnAccount }) {
  const { t } = useTranslation();
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t('closing.title')}>
      <div className="grid gap-4 p-5 text-sm">
        <div>
          <h3 className="font-medium">{t('closing.what')}</h3>
          <ul className="mt-1 list-disc ps-5 text-ink-soft">
            <li>{t('closing.stops')}</li>
            <li>{t('closing.programs')}</li>
            <li>{t('closing.places')}</li>
          </ul>
        </div>
        <div>
          <h3 className="font-medium">{t('closing.later')}</h3>
          <p className="mt-1 text-ink-soft">{t('closing.erased')}</p>
        </div>
        <Confirmation account={props.account} onCancel={props.onClose} />
      </div>
    </Dialog>
  );
}

function Confirmation({ account, onCancel }: { account: OwnAccount; onCancel(): void }) {
  const { t } = useTranslation();
  const [close] = useCloseAccountMutation();
  const [stale, setStale] = useState(!account.has_password && !account.signed_in_just_now);
  const password = account.has_password ? z.string().min(1, t('closing.passwordNeeded')) : z.string();
  const { form, errors, busy, problem, submit } = useSentForm({
    schema: z.object({ password }),
    defaultValues: { password: '' },
    send: async (values) => {
      try {
        await close({ accountClosing: account.has_password ? values : {} }).unwrap();
        tellOtherTabs('changed');
      } catch (error) {
        if (problemSlug(problemOf(error)) !== 'sign_in_again') throw error;
        setStale(true);
      }
    },
  });
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {account.has_password && (
        <Field
          label={t('closing.password')}
          type="password"
          autoComplete="current-password"
          error={errors.password?.message}
          {...form.register('password')}
        />
      )}
      {stale && (
        <Notice
          tone="warn"
          role="alert"
          action={
            <a href={SIGN_IN_AGAIN} className="tap shrink-0 text-accent underline underline-offset-2">
              {t('closing.signInAgain')}
            </a>
          }
        >
          {t('closing.noPassword')}
        </Notice>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button size="normal" onClick={onCancel}>
          {t('closing.cancel')}
        </Button>
        <Button type="submit" look="danger" size="normal" busy={busy} disabled={stale}>
          {t('closing.confirm')}
        </Button>
      </div>
    </form>
  );
}
