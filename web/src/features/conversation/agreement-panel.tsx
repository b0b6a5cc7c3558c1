import { Equal, Split } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Monogram } from '@/components/ui/monogram';
import type { Batch } from '@/generated/api';

/** Where the answers agree and where they part, and who says what. */
export function AgreementPanel({ batch }: { batch: Batch }) {
  const { t } = useTranslation();
  const agreement = batch.agreement;
  if (!agreement || (agreement.agree.length === 0 && agreement.disagree.length === 0)) return null;
  return (
    <section
      aria-label={t('agreement.title')}
      data-testid="agreement"
      className="grid gap-x-8 gap-y-4 rounded-xl bg-sunken px-4 py-3.5 text-sm sm:grid-cols-2"
    >
      {agreement.agree.length > 0 && (
        <div>
          <h3 className="mb-1.5 flex items-center gap-1.5 font-semibold">
            <Equal aria-hidden className="size-4 text-good" />
            {t('agreement.agree')}
          </h3>
          <ul className="grid gap-1.5 text-ink-soft">
            {agreement.agree.map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ul>
        </div>
      )}
      {agreement.disagree.length > 0 && (
        <div>
          <h3 className="mb-1.5 flex items-center gap-1.5 font-semibold">
            <Split aria-hidden className="size-4 text-warn" />
            {t('agreement.disagree')}
          </h3>
          <ul className="grid gap-2 text-ink-soft">
            {agreement.disagree.map((entry) => (
              <li key={entry.point}>
                {entry.point} <Holders batch={batch} ids={entry.response_ids} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className="col-span-full text-xs text-ink-faint">
        {agreement.source === 'judge' ? t('agreement.fromJudge') : t('agreement.fromText')}
      </p>
    </section>
  );
}

function Holders({ batch, ids }: { batch: Batch; ids: string[] }) {
  const holders = batch.responses.filter((response) => ids.includes(response.id));
  return (
    <span className="inline-flex flex-wrap gap-x-2 gap-y-1 align-middle">
      {holders.map((response) => (
        <span key={response.id} className="inline-flex items-center gap-1 text-xs text-ink">
          <Monogram
            serviceId={response.service_id}
            name={response.service_name}
            voice={response.position}
            size="small"
          />
          {response.service_name}
        </span>
      ))}
    </span>
  );
}
