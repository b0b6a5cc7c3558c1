import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useGetInstanceQuery } from '@/app/api';
import { Notice } from '@/components/ui/notice';
import { AccountForm } from './account-form';
import { AccountFrame } from './account-frame';
import { useEnter } from './use-enter';

/** A new account on an instance that takes them; on another, how one gets an account there. The gate leads on once the session is there. */
export function RegisterScreen() {
  const { t } = useTranslation();
  const { search } = useLocation();
  const enter = useEnter();
  const { data: instance } = useGetInstanceQuery();
  const closed = instance !== undefined && instance.registration !== 'open';
  return (
    <AccountFrame title={t('register.title')}>
      {closed ? (
        <Notice tone="info">{t('problems.registration_closed')}</Notice>
      ) : (
        <AccountForm
          withSetupToken={false}
          submitLabel={t('register.create')}
          onDone={(session) => void enter(session)}
        />
      )}
      <p className="text-sm text-ink-soft">
        {t('register.haveAccount')}{' '}
        <Link to={`/sign-in${search}`} className="text-accent underline underline-offset-2">
          {t('signIn.title')}
        </Link>
      </p>
    </AccountFrame>
  );
}
