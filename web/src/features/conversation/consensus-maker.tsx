import { ChevronDown, Combine } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEstimateConsensusQuery, useListServicesQuery } from '@/app/api';
import { formatMoney } from '@/app/format';
import { Button, IconButton } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';

export interface ConsensusMakerProps {
  batchId: string;
  /** How many points are ticked. */
  ticked: number;
  again: boolean;
  onMake(serviceId: string | null): Promise<boolean>;
}

/** Makes one answer of several; who writes it can be chosen, and is otherwise whoever judges best. */
export function ConsensusMaker({ batchId, ticked, again, onMake }: ConsensusMakerProps) {
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
        {ticked > 0 ? t('consensus.ticked', { count: ticked }) : t('consensus.explained')}{' '}
        <ConsensusCost batchId={batchId} />
      </p>
    </div>
  );
}

/** What it will cost, said before; nothing where all is free. */
function ConsensusCost({ batchId }: { batchId: string }) {
  const { t } = useTranslation();
  const { data } = useEstimateConsensusQuery({ id: batchId });
  if (!data || data.cost_micro_usd === 0) return null;
  const cost = formatMoney(data.cost_micro_usd);
  const part = data.comparing.cost_micro_usd;
  return (
    <span data-testid="consensus-cost">
      {part > 0
        ? t('consensus.costCompared', { cost, part: formatMoney(part) })
        : t('consensus.cost', { cost })}
    </span>
  );
}
