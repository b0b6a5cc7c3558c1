import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useDeleteServiceMutation, useListServicesQuery, useUpdateServiceMutation } from '@/app/api';
import { formatMoney, formatNumber } from '@/app/format';
import { useSession } from '@/app/gate';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { Monogram } from '@/components/ui/monogram';
import { Badge, EmptyState, Skeleton } from '@/components/ui/notice';
import type { Service } from '@/generated/api';
import { SectionFrame } from './section-frame';
import { ServiceForm } from './service-form';

/** The models that can be asked; an administrator adds, edits and switches them off. */
export default function ServicesSection() {
  const { t } = useTranslation();
  const isAdmin = useSession()?.user.role === 'admin';
  const { data, error, refetch } = useListServicesQuery();
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <SectionFrame
      title={t('settings.services')}
      text={isAdmin ? t('services.text') : t('services.textUser')}
      action={
        isAdmin &&
        editing !== 'new' && (
          <Button
            look="primary"
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() => setEditing('new')}
          >
            {t('services.add')}
          </Button>
        )
      }
    >
      {editing === 'new' && <ServiceForm onDone={() => setEditing(null)} />}
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-32" />
      ) : data.items.length === 0 ? (
        <EmptyState title={t('services.empty')} />
      ) : (
        <ul className="grid gap-3">
          {data.items.map((service) =>
            editing === service.id ? (
              <li key={service.id}>
                <ServiceForm service={service} onDone={() => setEditing(null)} />
              </li>
            ) : (
              <ServiceRow
                key={service.id}
                service={service}
                isAdmin={isAdmin}
                onEdit={() => setEditing(service.id)}
              />
            ),
          )}
        </ul>
      )}
    </SectionFrame>
  );
}

function ServiceRow({ service, isAdmin, onEdit }: { service: Service; isAdmin: boolean; onEdit(): void }) {
  const { t } = useTranslation();
  const [update, updating] = useUpdateServiceMutation();
  const [remove, removing] = useDeleteServiceMutation();
  const [confirming, setConfirming] = useState(false);
  const report = (error: unknown) => void toast.error(problemText(error));

  return (
    <li className="grid gap-3 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset" data-testid="service">
      <div className="flex items-start gap-3">
        <Monogram serviceId={service.id} name={service.name} />
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-semibold">{service.name}</span>
            {!service.active && <Badge>{t('services.inactive')}</Badge>}
            {service.demo && <Badge tone="warn">{t('demo.badge')}</Badge>}
            {service.tiny && <Badge tone="warn">{t('card.tiny')}</Badge>}
            {!service.contestant && <Badge>{t('services.onlyJudges')}</Badge>}
            {service.judge && service.contestant && <Badge>{t('services.mayJudge')}</Badge>}
            {service.key === 'missing' && <Badge tone="warn">{t('composer.keyMissing')}</Badge>}
          </p>
          <p className="font-mono text-xs break-all text-ink-faint">
            {service.model} · {service.base_url}
          </p>
          <p className="mt-1 text-xs text-ink-faint">
            {t(`services.type.${service.service_type}`)} ·{' '}
            {t('services.window', { tokens: formatNumber(service.context_window) })} ·{' '}
            {t('services.prices', {
              input: formatMoney(service.input_price_micro_usd),
              output: formatMoney(service.output_price_micro_usd),
            })}
          </p>
        </div>
      </div>
      {isAdmin && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={onEdit}>{t('services.edit')}</Button>
          <Button
            busy={updating.isLoading}
            onClick={() =>
              update({ id: service.id, servicePatch: { active: !service.active } })
                .unwrap()
                .catch(report)
            }
          >
            {service.active ? t('services.deactivate') : t('services.activate')}
          </Button>
          {confirming ? (
            <>
              <Button
                look="danger"
                busy={removing.isLoading}
                onClick={() => remove({ id: service.id }).unwrap().catch(report)}
              >
                {t('services.confirmDelete')}
              </Button>
              <Button look="quiet" onClick={() => setConfirming(false)}>
                {t('common.cancel')}
              </Button>
            </>
          ) : (
            <Button look="danger" onClick={() => setConfirming(true)}>
              {t('services.delete')}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
