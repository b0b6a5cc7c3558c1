import { type ComponentType, lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useDocumentTitle } from '@/app/document-title';
import { useSession } from '@/app/gate';
import { NotFound } from '@/app/not-found';
import { useShell } from '@/app/shell-context';
import { SectionedScreen } from '@/components/ui/sectioned-screen';

const sections = {
  profile: lazy(() => import('./profile-section')),
  password: lazy(() => import('./password-section')),
  sessions: lazy(() => import('./sessions-section')),
  tokens: lazy(() => import('./tokens-section')),
  keys: lazy(() => import('./keys-section')),
  services: lazy(() => import('./services-section')),
  judges: lazy(() => import('./judges-section')),
  prompts: lazy(() => import('./prompts-section')),
  data: lazy(() => import('./data-section')),
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
  const links = names.map((known) => ({
    to: `/settings/${known}`,
    label: t(`settings.${known}`),
    current: known === name,
  }));
  return (
    <SectionedScreen title={t('settings.title')} menuButton={menuButton} groups={[{ links }]}>
      <Section />
    </SectionedScreen>
  );
}
