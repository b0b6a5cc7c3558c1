import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useListServicesQuery } from '@/app/api';
import { useSession } from '@/app/gate';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { ServiceFacts } from '@/components/ui/service-facts';

/** The models that can be asked here; they are changed in the administration. */
export default function ServicesSection() {
  const { t } = useTranslation();
  const isAdmin = useSession()?.user.role === 'admin';
  const { data, error, refetch } = useListServicesQuery();
  return (
    <SectionFrame
      title={t('settings.services')}
      text={isAdmin ? t('services.text') : t('services.textUser')}
      action={
        isAdmin && (
          <Link
            to="/admin/services"
            className="tap inline-flex h-8 items-center rounded-lg bg-surface px-3 text-sm font-medium ring-1 ring-line ring-inset hover:ring-line-strong"
          >
            {t('services.manage')}
          </Link>
        )
      }
    >
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-32" />
      ) : data.items.length === 0 ? (
        <EmptyState title={t('services.empty')} />
      ) : (
        <ul className="grid gap-3">
          {data.items.map((service) => (
            <li
              key={service.id}
              className="rounded-xl bg-surface p-5 ring-1 ring-line ring-inset"
              data-testid="service"
            >
              <ServiceFacts service={service} />
            </li>
          ))}
        </ul>
      )}
    </SectionFrame>
  );
}
