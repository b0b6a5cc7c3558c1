import { Gavel, Layers, SlidersHorizontal, Users } from 'lucide-react';
import { lazy, type ReactNode, type Ref, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Menu, MenuChecks, MenuChoices } from '@/components/ui/menu';
import { Badge } from '@/components/ui/notice';
import type { Service } from '@/generated/api';
import type { ConversationSettings } from './use-conversation-settings';

const InstructionsDialog = lazy(() => import('./instructions-dialog'));

interface ChipProps extends React.ButtonHTMLAttributes<HTMLButtonElement> {
  icon: ReactNode;
  /** Says in full what the chip is for. */
  label: string;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

function Chip({ icon, label, children, ...rest }: ChipProps) {
  return (
    <button
      type="button"
      title={label}
      className="tap inline-flex items-center gap-1.5 rounded-lg px-2 py-1 text-[0.8125rem] text-ink-soft hover:bg-sunken hover:text-ink"
      {...rest}
    >
      {icon}
      <span className="sr-only">{label}: </span>
      <span className="truncate">{children}</span>
    </button>
  );
}

/** Which services are asked, what they get to see, and how they are judged. */
export function ComposerBar({ settings }: { settings: ConversationSettings }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const ignore = () => {
    // A refused change is shown as a notice and taken back where it was made.
  };
  const { available, chosen, contextMode, judgingPolicy, change } = settings;

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
          >
            {settings.loading
              ? '…'
              : chosen.length === 1
                ? chosen[0]?.name
                : t('composer.serviceCount', { count: chosen.length })}
          </Chip>
        }
      >
        <MenuChecks
          heading={t('composer.servicesHeading')}
          items={available.map((service) => ({
            id: service.id,
            label: <ServiceLabel service={service} />,
            checked: chosen.includes(service),
            disabled: chosen.length === 1 && chosen.includes(service),
          }))}
          onToggle={settings.toggleService}
        />
      </Menu>
      <Menu
        side="top"
        align="start"
        label={t('context.heading')}
        trigger={
          <Chip label={t('context.heading')} icon={<Layers aria-hidden className="size-4 shrink-0" />}>
            {t(`context.${contextMode}`)}
          </Chip>
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
      <Menu
        side="top"
        align="start"
        label={t('judging.heading')}
        trigger={
          <Chip label={t('judging.heading')} icon={<Gavel aria-hidden className="size-4 shrink-0" />}>
            {t(`judging.${judgingPolicy}`)}
          </Chip>
        }
      >
        <MenuChoices
          heading={t('judging.heading')}
          value={judgingPolicy}
          onChoose={(judging_policy) => change({ judging_policy }).catch(ignore)}
          choices={[
            { value: 'cascade', label: t('judging.cascade'), hint: t('judging.cascadeHint') },
            { value: 'panel', label: t('judging.panel'), hint: t('judging.panelHint') },
            { value: 'judge', label: t('judging.judge'), hint: t('judging.judgeHint') },
            { value: 'local', label: t('judging.local'), hint: t('judging.localHint') },
            { value: 'off', label: t('judging.off'), hint: t('judging.offHint') },
          ]}
        />
      </Menu>
      <Chip
        label={t('instructions.title')}
        icon={<SlidersHorizontal aria-hidden className="size-4 shrink-0" />}
        onClick={() => setEditing(true)}
      >
        <span className="max-sm:sr-only">
          {settings.systemPrompt ? t('instructions.set') : t('instructions.none')}
        </span>
      </Chip>
      {editing && (
        <Suspense fallback={null}>
          <InstructionsDialog settings={settings} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </>
  );
}

function ServiceLabel({ service }: { service: Service }) {
  const { t } = useTranslation();
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2">
      <span>{service.name}</span>
      <span className="font-mono text-xs text-ink-faint">{service.model}</span>
      {service.key === 'missing' && <Badge tone="warn">{t('composer.keyMissing')}</Badge>}
      {service.tiny && <Badge tone="warn">{t('card.tiny')}</Badge>}
    </span>
  );
}
