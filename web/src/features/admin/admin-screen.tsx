import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useDocumentTitle } from '@/app/document-title';
import { useSession } from '@/app/gate';
import { NotFound } from '@/app/not-found';
import { useShell } from '@/app/shell-context';
import { EmptyState } from '@/components/ui/notice';
import { SectionedScreen } from '@/components/ui/sectioned-screen';
import { groups, type SectionName, sections } from './sections';

const first: SectionName = groups[0].sections[0];

/** `/admin/{section}`: everything that concerns the whole instance, for its administrators. */
export function AdminScreen() {
  const { t } = useTranslation();
  const { menuButton } = useShell();
  const { section = first } = useParams();
  const isAdmin = useSession()?.user.role === 'admin';
  useDocumentTitle(t('admin.title'));
  if (!isAdmin) return <NotForYou />;
  const name = (Object.keys(sections) as SectionName[]).find((known) => known === section);
  if (!name) return <NotFound />;
  const Section = sections[name];
  const shown = groups.map((group) => ({
    label: t(`admin.groups.${group.name}`),
    links: group.sections.map((known) => ({
      to: `/admin/${known}`,
      label: t(`admin.sections.${known}`),
      current: known === name,
    })),
  }));
  return (
    <SectionedScreen title={t('admin.title')} menuButton={menuButton} groups={shown}>
      <Section />
    </SectionedScreen>
  );
}

function NotForYou() {
  const { t } = useTranslation();
  return (
    <main className="grid flex-1 place-items-center">
      <EmptyState title={t('admin.title')}>
        <p>{t('admin.notForYou')}</p>
        <p className="mt-4">
          <Link to="/" className="text-accent underline underline-offset-2">
            {t('notFound.home')}
          </Link>
        </p>
      </EmptyState>
    </main>
  );
}
