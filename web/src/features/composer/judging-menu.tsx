import { Gavel } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Menu, MenuChecks, MenuChoices, MenuNote, MenuSeparator } from '@/components/ui/menu';
import { Chip } from './chip';
import { ServiceLabel } from './service-label';
import type { ConversationSettings } from './use-conversation-settings';

/** How answers are judged, and by whom where the user says who. */
export function JudgingMenu({ settings }: { settings: ConversationSettings }) {
  const { t } = useTranslation();
  const { judgingPolicy, named, change } = settings;
  const ignore = () => {
    // A refused change is shown as a notice and taken back where it was made.
  };
  const byNamed = judgingPolicy === 'judge' && named.length > 0;
  return (
    <Menu
      side="top"
      align="start"
      label={t('judging.heading')}
      trigger={
        <Chip
          label={t('judging.heading')}
          icon={<Gavel aria-hidden className="size-4 shrink-0" />}
          data-testid="judging-chip"
          value={
            byNamed
              ? t('judging.named', { count: named.length, name: named[0]?.name ?? '' })
              : t(`judging.${judgingPolicy}`)
          }
        />
      }
    >
      <MenuChoices
        heading={t('judging.heading')}
        value={judgingPolicy}
        onChoose={(judging_policy) => change({ judging_policy }).catch(ignore)}
        choices={[
          { value: 'cascade', label: t('judging.cascade'), hint: t('judging.cascadeHint') },
          { value: 'panel', label: t('judging.panel'), hint: t('judging.panelHint') },
          { value: 'judge', label: t('judging.judge'), hint: t('judging.judgeHint'), stays: true },
          { value: 'local', label: t('judging.local'), hint: t('judging.localHint') },
          { value: 'off', label: t('judging.off'), hint: t('judging.offHint') },
        ]}
      />
      {judgingPolicy === 'judge' && <Judges settings={settings} />}
    </Menu>
  );
}

function Judges({ settings }: { settings: ConversationSettings }) {
  const { t } = useTranslation();
  const { judges, named, toggleJudge } = settings;
  return (
    <>
      <MenuSeparator />
      <MenuChecks
        heading={t('judging.who')}
        items={judges.map((service) => ({
          id: service.id,
          label: <ServiceLabel service={service} />,
          checked: named.includes(service),
          disabled: named.length === 1 && named.includes(service),
        }))}
        onToggle={toggleJudge}
      />
      {judges.length === 0 && <MenuNote>{t('judging.noJudges')}</MenuNote>}
      {judges.length > 0 && named.length === 0 && <MenuNote>{t('judging.nobodyNamed')}</MenuNote>}
    </>
  );
}
