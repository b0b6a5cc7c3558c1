import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import {
  useDeleteServiceMutation,
  useGetServiceHealthQuery,
  useListServicesQuery,
  useTestServiceMutation,
  useUpdateServiceMutation,
} from '@/app/api';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { ServiceFacts } from '@/components/ui/service-facts';
import type { Service } from '@/generated/api';
import { announce } from '@/live/announcer';
import { ServiceForm } from './service-form';
import { ServiceHealth } from './service-health';
import type { ServiceHealthReport } from './shapes';

/** The models that can be asked: add, edit, switch off. */
export default function ServicesSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListServicesQuery();
  const health = useGetServiceHealthQuery({}, { pollingInterval: 30_000 }).data;
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <SectionFrame
      title={t('settings.services')}
      text={t('services.text')}
      action={
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
                health={health?.items.find((one) => one.service_id === service.id)}
                onEdit={() => setEditing(service.id)}
              />
            ),
          )}
        </ul>
      )}
    </SectionFrame>
  );
}

interface ServiceRowProps {
  service: Service;
  health: ServiceHealthReport | undefined;
  onEdit(): void;
}

function ServiceRow({ service, health, onEdit }: ServiceRowProps) {
  const { t } = useTranslation();
  const [test, testing] = useTestServiceMutation();
  const [update, updating] = useUpdateServiceMutation();
  const [remove, removing] = useDeleteServiceMutation();
  const [confirming, setConfirming] = useState(false);
  const report = (error: unknown) => void toast.error(problemText(error));

  return (
    <li className="grid gap-3 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset" data-testid="service">
      <ServiceFacts service={service} />
      {health && <ServiceHealth health={health} />}
      <div className="flex flex-wrap gap-2">
        <Button
          busy={testing.isLoading}
          onClick={() =>
            test({ id: service.id })
              .unwrap()
              .then((done) => announce(t(`adminServices.test.${done.status}`)))
              .catch(report)
          }
        >
          {t('adminServices.run')}
        </Button>
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
    </li>
  );
}
