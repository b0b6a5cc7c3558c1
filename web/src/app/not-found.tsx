import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '@/components/ui/notice';
import { useDocumentTitle } from './document-title';

export function NotFound() {
  const { t } = useTranslation();
  useDocumentTitle(t('notFound.title'));
  return (
    <main className="grid flex-1 place-items-center">
      <EmptyState title={t('notFound.title')}>
        <p>{t('notFound.text')}</p>
        <p className="mt-4">
          <Link to="/" className="text-accent underline underline-offset-2">
            {t('notFound.home')}
          </Link>
        </p>
      </EmptyState>
    </main>
  );
}
