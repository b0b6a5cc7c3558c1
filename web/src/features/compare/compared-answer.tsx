import './compare.css';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/components/ui/class-names';
import { Monogram } from '@/components/ui/monogram';
import { Skeleton } from '@/components/ui/notice';
import { AnswerText } from '@/features/markdown/answer-text';
import { Sources } from '@/features/markdown/sources';
import type { Citation, Response } from '@/generated/api';
import type { Standing } from '@/text/likeness';
import type { Comparison } from './comparison';
import { markStanding } from './mark-standing';

export interface ComparedAnswerProps {
  id: string;
  response: Response;
  text: string | null;
  citations: Citation[];
  compared: Comparison | null;
  mark: Standing;
  hiddenOnPhone: boolean;
}

/** One of two answers, its sentences marked by whether the other has them too. */
export function ComparedAnswer(props: ComparedAnswerProps) {
  const { id, response, text, citations, compared, mark, hiddenOnPhone } = props;
  const { t } = useTranslation();
  const marks = useMemo(() => {
    if (!compared || mark === 'unclear') return undefined;
    const hint = t(mark === 'unique' ? 'compare.onlyHere' : 'compare.inBoth');
    return markStanding({ stand: compared.stand, wanted: mark, hint });
  }, [compared, mark, t]);

  return (
    <section
      id={id}
      tabIndex={0}
      aria-label={t('compare.answerOf', { name: response.service_name })}
      data-testid="compared"
      className={cx(
        'min-h-0 min-w-0 overflow-y-auto px-5 py-4 -outline-offset-2 md:odd:border-e md:odd:border-line',
        hiddenOnPhone && 'max-md:hidden',
      )}
    >
      <header className="mb-4 flex items-center gap-2.5">
        <Monogram serviceId={response.service_id} name={response.service_name} voice={response.position} />
        <div className="min-w-0">
          <h3 className="truncate font-semibold">{response.service_name}</h3>
          {compared && (
            <p className="text-xs text-ink-faint" data-testid="share">
              {t('compare.share', { shared: compared.shared, total: compared.total })}
            </p>
          )}
        </div>
      </header>
      {text === null ? <Skeleton className="h-64" /> : <AnswerText text={text} marks={marks} />}
      {citations.length > 0 && (
        <div className="mt-4 border-t border-line pt-3">
          <Sources citations={citations} />
        </div>
      )}
    </section>
  );
}
