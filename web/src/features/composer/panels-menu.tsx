import { Bookmark } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useListPanelsQuery } from '@/app/api';
import { MenuChoices, MenuItem, MenuSeparator } from '@/components/ui/menu';
import type { Panel, Service } from '@/generated/api';
import type { ConversationSettings } from './use-conversation-settings';

/** The panel whose services are exactly those that will be asked. */
export function panelOf(panels: Panel[], chosen: Service[]): Panel | undefined {
  const asked = new Set(chosen.map((service) => service.id));
  return panels.find(
    (panel) => panel.service_ids.length === asked.size && panel.service_ids.every((id) => asked.has(id)),
  );
}

/** The services of a panel that can be asked, by name. */
function namesOf(panel: Panel, available: Service[]): string {
  return available
    .filter((service) => panel.service_ids.includes(service.id))
    .map((service) => service.name)
    .join(', ');
}

/** Saved panels below the single services: one click asks all of a panel. */
export function PanelsMenu({ settings, onManage }: { settings: ConversationSettings; onManage(): void }) {
  const { t } = useTranslation();
  const { data } = useListPanelsQuery();
  const { available, chosen, change } = settings;
  const panels = (data?.items ?? []).filter((panel) =>
    available.some((service) => panel.service_ids.includes(service.id)),
  );
  const choose = (id: string) => {
    const panel = panels.find((known) => known.id === id);
    if (!panel) return;
    const ids = available.map((service) => service.id).filter((known) => panel.service_ids.includes(known));
    change({ service_ids: ids }).catch(() => {
      // Already shown as a notice and taken back.
    });
  };
  return (
    <>
      {panels.length > 0 && (
        <>
          <MenuSeparator />
          <MenuChoices
            heading={t('panels.heading')}
            value={panelOf(panels, chosen)?.id ?? ''}
            onChoose={choose}
            choices={panels.map((panel) => ({
              value: panel.id,
              label: panel.name,
              hint: namesOf(panel, available),
            }))}
          />
        </>
      )}
      <MenuSeparator />
      <MenuItem icon={<Bookmark aria-hidden className="size-4" />} onSelect={onManage}>
        {panels.length > 0 ? t('panels.manage') : t('panels.saveThese')}
      </MenuItem>
    </>
  );
}
