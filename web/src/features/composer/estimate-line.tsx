import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEstimateQuery } from '@/app/api';
import { formatMoney, formatNumber } from '@/app/format';
import type { JudgingPolicy } from '@/generated/api';

/** The text is asked about when the writer pauses, not at every key. */
const PAUSE = 600;

function useAfterPause<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export interface EstimateLineProps {
  conversationId: string | null;
  text: string;
  serviceIds: string[];
  judgingPolicy: JudgingPolicy;
}

/** What sending would cost, judges included, before it is sent. Nothing is shown where all is free. */
export function EstimateLine({ conversationId, text, serviceIds, judgingPolicy }: EstimateLineProps) {
  const { t } = useTranslation();
  const content = useAfterPause(text);
  const asked = content.trim() !== '' && serviceIds.length > 0;
  const { currentData } = useEstimateQuery(
    {
      conversation_id: conversationId ?? undefined,
      content,
      service_ids: serviceIds,
      judging_policy: judgingPolicy,
    },
    { skip: !asked },
  );
  if (!asked || !currentData || currentData.at_most_micro_usd === 0) return null;
  const { answers, judging } = currentData;
  return (
    <details className="mx-4 border-t border-line py-1 text-xs text-ink-faint" data-testid="estimate">
      <summary className="tap cursor-pointer rounded-md">
        {t('estimate.line', {
          cost: formatMoney(currentData.cost_micro_usd),
          most: formatMoney(currentData.at_most_micro_usd),
        })}
        {judging.mean_calls > 0 &&
          ` · ${t('estimate.judging', {
            cost: formatMoney(judging.cost_micro_usd),
            calls: formatNumber(Math.round(judging.mean_calls * 10) / 10),
          })}`}
      </summary>
      <ul className="grid gap-0.5 py-1">
        {answers.map((answer) => (
          <li key={answer.service_id} className="flex flex-wrap justify-between gap-x-4">
            <span>{answer.service_name}</span>
            <span className="tabular-nums">
              {t('estimate.answer', {
                input: formatNumber(answer.input_tokens),
                output: formatNumber(answer.output_tokens),
                cost: formatMoney(answer.cost_micro_usd),
              })}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
