import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useGetInstanceQuery } from '@/app/api';
import { Notice } from '@/components/ui/notice';
import { AccountForm } from './account-form';
import { AccountFrame } from './account-frame';
import { useEnter } from './use-enter';

/** The first start: the first account is the administrator's. */
export function SetupScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const enter = useEnter();
  const { data: instance } = useGetInstanceQuery();
  return (
    <AccountFrame title={t('setup.title')} text={t('setup.text')}>
      <AccountForm
        withSetupToken={instance?.setup_token_required ?? false}
        submitLabel={t('setup.create')}
        onDone={(session) => void enter(session).then(() => navigate('/', { replace: true }))}
      />
      {instance?.demo && <Notice tone="info">{t('setup.demo')}</Notice>}
    </AccountFrame>
  );
}
