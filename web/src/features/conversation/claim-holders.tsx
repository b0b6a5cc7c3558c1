import { useTranslation } from 'react-i18next';
import { cx } from '@/components/ui/class-names';
import { Monogram } from '@/components/ui/monogram';
import type { ClaimSource, Passage, Response } from '@/generated/api';

export type ShowPassage = (response: Response, point: string, passage?: Passage | null) => void;

export interface ClaimHoldersProps {
  sources: ClaimSource[];
  answers: Response[];
  point: string;
  /** They say otherwise, and do not say it. */
  against?: boolean;
  className?: string;
  onShow: ShowPassage;
}

/** The answers behind a point, each a way to the sentence that says it; removed ones are left out. */
export function ClaimHolders(props: ClaimHoldersProps) {
  const { sources, answers, point, against = false, className = 'inline-flex', onShow } = props;
  const { t } = useTranslation();
  return (
    <span className={cx('flex-wrap gap-x-1 gap-y-1 align-middle', className)}>
      {sources.map((source) => {
        const response = answers.find((answer) => answer.id === source.response_id);
        if (!response || response.deleted) return null;
        const label = t(against ? 'agreement.showAgainst' : 'agreement.show', {
          name: response.service_name,
        });
        return (
          <button
            key={response.id}
            type="button"
            aria-label={label}
            title={label}
            onClick={() => onShow(response, point, source.passage)}
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
        );
      })}
    </span>
  );
}
