import { useTranslation } from 'react-i18next';
import { Badge } from '@/components/ui/notice';
import type { Service } from '@/generated/api';

/** A service by name and model, and what stands in its way. */
export function ServiceLabel({ service, withImages = false }: { service: Service; withImages?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2">
      <span>{service.name}</span>
      <span className="font-mono text-xs text-ink-faint">{service.model}</span>
      {service.key === 'missing' && <Badge tone="warn">{t('composer.keyMissing')}</Badge>}
      {withImages && !service.vision && <Badge>{t('images.takesText')}</Badge>}
      {service.tiny && <Badge tone="warn">{t('card.tiny')}</Badge>}
    </span>
  );
}
