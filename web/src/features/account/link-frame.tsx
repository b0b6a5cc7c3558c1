import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import type { AccountLink } from '@/generated/api';
import { AccountFrame } from './account-frame';
import type { HeldLink } from './use-held-link';

/** What is shown of a link while it is looked at, and when it is worth nothing. */
export function LinkFrame(props: {
  held: HeldLink;
  title: string;
  text(link: AccountLink): ReactNode;
  children(link: AccountLink, token: string): ReactNode;
}) {
  const { t } = useTranslation();
  const { held } = props;
  if (held.state === 'gone') {
    return (
      <AccountFrame title={t('invite.gone')} text={t('invite.goneText')}>
        <Link to="/sign-in" className="text-sm text-accent underline underline-offset-2">
          {t('signIn.title')}
        </Link>
      </AccountFrame>
    );
  }
  if (held.state === 'good') {
    return (
      <AccountFrame title={props.title} text={props.text(held.link)}>
        {props.children(held.link, held.token)}
      </AccountFrame>
    );
  }
  return (
    <AccountFrame title={props.title}>
      {held.state === 'loading' ? (
        <Skeleton className="h-40" />
      ) : (
        <LoadProblem error={held.error} retry={held.again} />
      )}
    </AccountFrame>
  );
}
