import { Check, Layers, SlidersHorizontal, Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useListPanelsQuery } from '@/app/api';
import { formatNumber } from '@/app/format';
import { Menu, MenuChecks, MenuChoices, MenuNote } from '@/components/ui/menu';
import { Chip } from './chip';
import { JudgingMenu } from './judging-menu';
import { PanelsMenu, panelOf } from './panels-menu';
import { ServiceLabel } from './service-label';
import type { ConversationSettings } from './use-conversation-settings';

const PanelsDialog = lazy(() => import('./panels-dialog'));
const InstructionsDialog = lazy(() => import('./instructions-dialog'));

/** Which services are asked, what they get to see, and how they are judged. */
export function ComposerBar({
  settings,
  withImages,
}: {
  settings: ConversationSettings;
  withImages: boolean;
}) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const [managing, setManaging] = useState(false);
  const panels = useListPanelsQuery().data?.items ?? [];
  const ignore = () => {
    // A refused change is shown as a notice and taken back where it was made.
  };
  const { available, chosen, contextMode, change } = settings;
  const named = chosen.length === 1 ? chosen[0]?.name : panelOf(panels, chosen)?.name;

  if (!settings.loading && available.length === 0) {
    return (
      <p className="px-2 text-sm text-ink-soft">
        {t('composer.noServices')}{' '}
        <Link to="/settings/services" className="text-accent underline underline-offset-2">
          {t('composer.setUpServices')}
        </Link>
      </p>
    );
  }
  return (
    <>
      <Menu
        side="top"
        align="start"
        label={t('composer.services')}
        trigger={
          <Chip
            label={t('composer.services')}
            icon={<Users aria-hidden className="size-4 shrink-0" />}
            data-testid="services-chip"
            value={settings.loading ? '…' : (named ?? t('composer.serviceCount', { count: chosen.length }))}
            shortFrom={settings.loading || named ? undefined : 'tiny'}
            short={formatNumber(chosen.length)}
          />
        }
      >
        <MenuChecks
          heading={t('composer.servicesHeading')}
          items={available.map((service) => ({
            id: service.id,
            label: <ServiceLabel service={service} withImages={withImages} />,
            checked: chosen.includes(service),
            disabled: chosen.includes(service) ? chosen.length === 1 : chosen.length >= settings.most,
          }))}
          onToggle={settings.toggleService}
        />
        {available.length > settings.most && (
          <MenuNote>{t('composer.mostServices', { count: settings.most })}</MenuNote>
        )}
        <PanelsMenu settings={settings} onManage={() => setManaging(true)} />
      </Menu>
      <Menu
        side="top"
        align="start"
        label={t('context.heading')}
        trigger={
          <Chip
            label={t('context.heading')}
            icon={<Layers aria-hidden className="size-4 shrink-0" />}
            value={t(`context.${contextMode}`)}
          />
        }
      >
        <MenuChoices
          heading={t('context.heading')}
          value={contextMode}
          onChoose={(context_mode) => change({ context_mode }).catch(ignore)}
          choices={[
            { value: 'shared', label: t('context.shared'), hint: t('context.sharedHint') },
            { value: 'own_thread', label: t('context.own_thread'), hint: t('context.ownThreadHint') },
          ]}
        />
      </Menu>
      <JudgingMenu settings={settings} />
      <Chip
        label={t('instructions.title')}
        icon={<SlidersHorizontal aria-hidden className="size-4 shrink-0" />}
        onClick={() => setEditing(true)}
        value={settings.systemPrompt ? t('instructions.set') : t('instructions.none')}
        shortFrom="phone"
        short={settings.systemPrompt ? <Check className="size-3.5 text-accent" /> : undefined}
      />
      {managing && (
        <Suspense fallback={null}>
          <PanelsDialog settings={settings} onClose={() => setManaging(false)} />
        </Suspense>
      )}
      {editing && (
        <Suspense fallback={null}>
          <InstructionsDialog settings={settings} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </>
  );
}
