import { useTranslation } from 'react-i18next';
import { useBeginExamMutation, useListServicesQuery } from '@/app/api';
import { formatMoney } from '@/app/format';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import type { JudgeReport } from './use-judges';

/** What an exam is and what it costs, before it is begun. */
export function ExamDialog({ judge, onClose }: { judge: JudgeReport; onClose(): void }) {
  const { t } = useTranslation();
  const [begin, { isLoading, error }] = useBeginExamMutation();
  const { exam, service_id: id } = judge;
  const start = () =>
    begin({ id })
      .unwrap()
      .then(onClose)
      .catch(() => undefined);
  return (
    <Dialog open onClose={onClose} title={t('judges.examineName', { name: judge.service_name })}>
      <div className="grid gap-4 p-5 text-sm">
        <p>{t('judges.explain')}</p>
        <Prices serviceId={id} />
        {exam?.status === 'finished' && (
          <p className="text-ink-soft">{t('judges.lastCost', { cost: formatMoney(exam.cost_micro_usd) })}</p>
        )}
        {error && (
          <Notice tone="bad" role="alert">
            {problemText(error)}
          </Notice>
        )}
        <div className="flex flex-wrap gap-2">
          <Button look="primary" busy={isLoading} onClick={start}>
            {t('judges.start')}
          </Button>
          <Button look="quiet" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Prices({ serviceId }: { serviceId: string }) {
  const { t } = useTranslation();
  const { data } = useListServicesQuery();
  const service = data?.items.find((known) => known.id === serviceId);
  if (!service) return null;
  const prices = t('services.prices', {
    input: formatMoney(service.input_price_micro_usd),
    output: formatMoney(service.output_price_micro_usd),
  });
  return <p className="text-ink-soft">{t('judges.prices', { prices })}</p>;
}
