import { type ComponentType, lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useParams } from 'react-router';
import { useDocumentTitle } from '@/app/document-title';
import { useSession } from '@/app/gate';
import { NotFound } from '@/app/not-found';
import { useShell } from '@/app/shell-context';
import { cx } from '@/components/ui/class-names';
import { Skeleton } from '@/components/ui/notice';

const sections = {
  profile: lazy(() => import('./profile-section')),
  keys: lazy(() => import('./keys-section')),
  services: lazy(() => import('./services-section')),
  judges: lazy(() => import('./judges-section')),
  appearance: lazy(() => import('./appearance-section')),
  usage: lazy(() => import('./usage-section')),
  kept: lazy(() => import('./kept-section')),
} satisfies Record<string, ComponentType>;

type SectionName = keyof typeof sections;
const everybodys = (Object.keys(sections) as SectionName[]).filter((name) => name !== 'judges');
const administrators = Object.keys(sections) as SectionName[];

/** `/settings/{section}` */
export function SettingsScreen() {
  const { t } = useTranslation();
  const { menuButton } = useShell();
  const { section = 'profile' } = useParams();
  const names = useSession()?.user.role === 'admin' ? administrators : everybodys;
  useDocumentTitle(t('settings.title'));
  const name = names.find((known) => known === section);
  if (!name) return <NotFound />;
  const Section = sections[name];
  return (
    <>
      <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line px-3 sm:px-6">
        {menuButton}
        <h1 className="text-[0.9375rem] font-semibold">{t('settings.title')}</h1>
      </header>
      <main className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto grid max-w-5xl grid-cols-1 gap-6 px-4 py-6 sm:px-6 md:grid-cols-[11rem_1fr] md:gap-10">
          <nav aria-label={t('settings.title')} className="flex flex-wrap content-start gap-1 md:flex-col">
            {names.map((known) => (
              <NavLink
                key={known}
                to={`/settings/${known}`}
                className={cx(
                  'tap flex shrink-0 items-center rounded-lg px-3 py-1.5 text-sm',
                  known === name
                    ? 'bg-accent-soft font-medium text-accent-strong'
                    : 'text-ink-soft hover:bg-sunken',
                )}
                aria-current={known === name ? 'page' : undefined}
              >
                {t(`settings.${known}`)}
              </NavLink>
            ))}
          </nav>
          <div className="min-w-0">
            <Suspense fallback={<Skeleton className="h-40" />}>
              <Section />
            </Suspense>
          </div>
        </div>
      </main>
    </>
  );
}
