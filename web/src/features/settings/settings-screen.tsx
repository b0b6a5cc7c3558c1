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
  webhooks: lazy(() => import('./webhooks-section')),
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

/** The order at the side; the names of the groups are under `settings.groups`. */
const groups = [
  { name: 'account', sections: ['profile', 'password', 'sessions', 'tokens', 'webhooks'] },
  { name: 'asking', sections: ['keys', 'services', 'judges', 'prompts'] },
  { name: 'mine', sections: ['usage', 'kept', 'data'] },
  { name: 'page', sections: ['appearance'] },
] as const satisfies { name: string; sections: SectionName[] }[];
/** Shown to administrators alone. */
const ADMINISTRATORS = new Set<SectionName>(['judges']);

/** `/settings/{section}` */
export function SettingsScreen() {
  const { t } = useTranslation();
  const { menuButton } = useShell();
  const { section = 'profile' } = useParams();
  const isAdmin = useSession()?.user.role === 'admin';
  useDocumentTitle(t('settings.title'));
  const isShown = (name: SectionName) => isAdmin || !ADMINISTRATORS.has(name);
  const name = (Object.keys(sections) as SectionName[]).find((known) => known === section && isShown(known));
  if (!name) return <NotFound />;
  const Section = sections[name];
  const shown = groups.map((group) => ({
    label: t(`settings.groups.${group.name}`),
    links: group.sections.filter(isShown).map((known) => ({
      to: `/settings/${known}`,
      label: t(`settings.${known}`),
      current: known === name,
    })),
  }));
  return (
    <SectionedScreen title={t('settings.title')} menuButton={menuButton} groups={shown}>
      <Section />
    </SectionedScreen>
  );
}
