import { useTranslation } from 'react-i18next';
import { formatMoney, formatNumber } from '@/app/format';
import type { Service } from '@/generated/api';
import { Monogram } from './monogram';
import { Badge } from './notice';

/** What a service is, at a glance: name, marks, model and address, window and prices. */
export function ServiceFacts({ service }: { service: Service }) {
  const { t } = useTranslation();
  return (
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
  );
}
