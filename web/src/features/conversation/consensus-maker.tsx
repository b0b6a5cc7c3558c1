import { ChevronDown, Combine } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListServicesQuery } from '@/app/api';
import { Button, IconButton } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';

export interface ConsensusMakerProps {
  /** How many points are ticked. */
  ticked: number;
  again: boolean;
  onMake(serviceId: string | null): Promise<boolean>;
}

/** Makes one answer of several; who writes it can be chosen, and is otherwise whoever judges best. */
export function ConsensusMaker({ ticked, again, onMake }: ConsensusMakerProps) {
  const { t } = useTranslation();
  const { data: services } = useListServicesQuery();
  const [busy, setBusy] = useState(false);
  const writers = services?.items.filter((service) => service.active && service.key !== 'missing') ?? [];
  const make = async (serviceId: string | null) => {
    setBusy(true);
    await onMake(serviceId);
    setBusy(false);
  };
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2" data-testid="consensus-maker">
      <span className="inline-flex items-center gap-1">
        <Button
          data-action="consensus"
          disabled={busy}
          icon={<Combine aria-hidden className="size-4" />}
          onClick={() => void make(null)}
        >
          {again ? t('consensus.makeAgain') : t('consensus.make')}
        </Button>
        <Menu
          label={t('consensus.by')}
          trigger={
            <IconButton label={t('consensus.by')} icon={<ChevronDown aria-hidden className="size-4" />} />
          }
        >
          {writers.map((service) => (
            <MenuItem key={service.id} onSelect={() => void make(service.id)}>
              {service.name}
            </MenuItem>
          ))}
        </Menu>
      </span>
      <p className="min-w-48 flex-1 text-xs text-ink-faint">
        {ticked > 0 ? t('consensus.ticked', { count: ticked }) : t('consensus.explained')}
      </p>
    </div>
  );
}
