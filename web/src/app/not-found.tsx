import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '@/components/ui/notice';
import { useDocumentTitle } from './document-title';
import { useShell } from './shell-context';

/** Instead of what an address leads to: there is no such page, or no such conversation for this person. */
export function NotFound({ what = 'page' }: { what?: 'page' | 'conversation' }) {
  const { t } = useTranslation();
  const { menuButton } = useShell();
  useDocumentTitle(t('notFound.title'));
  return (
    <>
      <header className="flex h-13 shrink-0 items-center border-b border-line px-3 empty:hidden lg:hidden">
        {menuButton}
      </header>
      <main className="grid flex-1 place-items-center">
        <EmptyState title={t('notFound.title')}>
          <p>{t(`notFound.${what}`)}</p>
          <p className="mt-2">
            <Link
              to="/"
              className="tap inline-flex items-center rounded-md px-2 text-accent underline underline-offset-2"
            >
              {t('notFound.home')}
            </Link>
          </p>
        </EmptyState>
      </main>
    </>
  );
}
