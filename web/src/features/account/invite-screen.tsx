import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { AccountForm } from './account-form';
import { LinkFrame } from './link-frame';
import { useEnter } from './use-enter';
import { useHeldLink } from './use-held-link';

/** `/invite#token`: an account by an invitation. */
export function InviteScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const enter = useEnter();
  const held = useHeldLink('invite');
  return (
    <LinkFrame held={held} title={t('invite.title')} text={() => t('invite.text')}>
      {(link, token) => (
        <AccountForm
          withSetupToken={false}
          invite={token}
          email={link.email ?? undefined}
          submitLabel={t('register.create')}
          onDone={(session) => void enter(session).then(() => navigate('/', { replace: true }))}
        />
      )}
    </LinkFrame>
  );
}
