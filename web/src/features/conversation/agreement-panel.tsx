import { Equal, Split } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Monogram } from '@/components/ui/monogram';
import type { Batch, Response } from '@/generated/api';

export interface AgreementPanelProps {
  batch: Batch;
  /** Shows where an answer says a point. */
  onShow(response: Response, point: string): void;
}

/** Where the answers agree and where they part, who says what, and the way to where they say it. */
export function AgreementPanel({ batch, onShow }: AgreementPanelProps) {
  const { t } = useTranslation();
  const readable = batch.responses.filter((response) => !response.deleted && response.content_length > 0);
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
              <li key={point} dir="auto">
                {point} <Holders holders={readable} point={point} onShow={onShow} />
              </li>
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
              <li key={entry.point} dir="auto">
                {entry.point}{' '}
                <Holders
                  holders={readable.filter((response) => entry.response_ids.includes(response.id))}
                  point={entry.point}
                  onShow={onShow}
                />
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

interface HoldersProps {
  holders: Response[];
  point: string;
  onShow: AgreementPanelProps['onShow'];
}

function Holders({ holders, point, onShow }: HoldersProps) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex flex-wrap gap-x-1 gap-y-1 align-middle">
      {holders.map((response) => (
        <button
          key={response.id}
          type="button"
          aria-label={t('agreement.show', { name: response.service_name })}
          title={t('agreement.show', { name: response.service_name })}
          onClick={() => onShow(response, point)}
          className="tap inline-flex items-center gap-1 rounded-md px-1.5 text-xs text-ink underline decoration-line-strong underline-offset-2 hover:bg-surface hover:decoration-accent"
        >
          <Monogram
            serviceId={response.service_id}
            name={response.service_name}
            voice={response.position}
            size="small"
          />
          {response.service_name}
        </button>
      ))}
    </span>
  );
}
