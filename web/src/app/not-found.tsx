import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '@/components/ui/notice';
import { useDocumentTitle } from './document-title';

/** Instead of what an address leads to: there is no such page, or no such conversation for this person. */
export function NotFound({ what = 'page' }: { what?: 'page' | 'conversation' }) {
  const { t } = useTranslation();
  useDocumentTitle(t('notFound.title'));
  return (
    <main className="grid flex-1 place-items-center">
      <EmptyState title={t('notFound.title')}>
        <p>{t(`notFound.${what}`)}</p>
        <p className="mt-4">
          <Link to="/" className="text-accent underline underline-offset-2">
            {t('notFound.home')}
          </Link>
        </p>
      </EmptyState>
    </main>
  );
}
