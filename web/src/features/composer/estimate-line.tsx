import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEstimateQuery } from '@/app/api';
import { formatMoney, formatNumber } from '@/app/format';
import type { Attachment, JudgingPolicy, Service } from '@/generated/api';

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
  services: Service[];
  judgingPolicy: JudgingPolicy;
  /** Who is named to judge; nobody where the best judge decides. */
  judgeIds: string[];
  attachments: Attachment[];
}

const costs = (service: Service): boolean =>
  service.input_price_micro_usd > 0 || service.output_price_micro_usd > 0;

/** What sending would cost, judges included, before it is sent. Nothing is shown where all is free. */
export function EstimateLine(props: EstimateLineProps) {
  const { conversationId, text, services, judgingPolicy, judgeIds, attachments } = props;
  const { t } = useTranslation();
  const content = useAfterPause(text);
  const asked = content.trim() !== '' && services.length > 0;
  const { currentData } = useEstimateQuery(
    {
      conversation_id: conversationId ?? undefined,
      content,
      service_ids: services.map((service) => service.id),
      judging_policy: judgingPolicy,
      judge_ids: judgeIds.length > 0 ? judgeIds : undefined,
      attachments: attachments.map((image) => image.id),
    },
    { skip: !asked },
  );
  if (!services.some(costs)) return null;
  // Its place is kept, so that the composer does not grow and shrink under the reader.
  if (!asked || !currentData || currentData.at_most_micro_usd === 0) {
    return (
      <p className="mx-4 flex min-h-8 items-center border-t border-line text-xs text-ink-faint max-sm:hidden">
        {t('estimate.willCome')}
      </p>
    );
  }
  const { answers, judging } = currentData;
  const judged = t('estimate.judging', {
    cost: formatMoney(judging.cost_micro_usd),
    calls: formatNumber(Math.round(judging.mean_calls * 10) / 10),
  });
  return (
    <details
      className="mx-4 border-t border-line bg-surface text-xs text-ink-faint max-sm:z-10 max-sm:me-20"
      data-testid="estimate"
    >
      <summary className="min-h-8 cursor-pointer rounded-md py-2 pointer-coarse:min-h-11 pointer-coarse:py-3.5">
        {t('estimate.line', {
          cost: formatMoney(currentData.cost_micro_usd),
          most: formatMoney(currentData.at_most_micro_usd),
        })}
        {judging.mean_calls > 0 && <span className="max-sm:hidden">{` · ${judged}`}</span>}
      </summary>
      <ul className="grid gap-0.5 pb-2">
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
        {judging.judges.map((judge) => (
          <li key={judge.service_id} className="flex flex-wrap justify-between gap-x-4">
            <span>{t('estimate.judge', { name: judge.service_name })}</span>
            <span className="tabular-nums">
              {t('estimate.ballots', {
                count: judge.ballots,
                ballots: formatNumber(Math.round(judge.ballots * 100) / 100),
                cost: formatMoney(judge.cost_micro_usd),
              })}
            </span>
          </li>
        ))}
        {judging.mean_calls > 0 && <li className="sm:hidden">{judged}</li>}
      </ul>
    </details>
  );
}
