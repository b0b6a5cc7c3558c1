import { Check, ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { failureText } from '@/app/failure-words';
import { formatScore } from '@/app/format';
import { Button } from '@/components/ui/button';
import { Monogram } from '@/components/ui/monogram';
import type { Response } from '@/generated/api';
import { Rank } from './score';
import { canSelect, isRunning } from './turn-phase';
import type { TurnActions } from './use-turn-actions';

export interface AnswerLineProps {
  response: Response;
  number: number;
  actions: TurnActions;
  onToggle(): void;
}

/** An answer that was not kept, in one line; it can still be read or kept instead. */
export function AnswerLine({ response, number, actions, onToggle }: AnswerLineProps) {
  const { t } = useTranslation();
  const gist =
    response.summary ??
    (isRunning(response)
      ? t(`stage.${response.stage}`)
      : response.error
        ? failureText(t, response.error)
        : t(`stage.${response.stage}`));
  return (
    <article
      data-card={number}
      data-response={response.id}
      data-collapsed
      tabIndex={-1}
      aria-label={response.service_name}
      className="col-span-full flex min-w-0 items-center gap-2.5 rounded-lg bg-surface px-3 py-1.5 ring-1 ring-line ring-inset"
    >
      <Monogram
        serviceId={response.service_id}
        name={response.service_name}
        voice={response.position}
        size="small"
      />
      <span className="shrink-0 text-sm font-medium">{response.service_name}</span>
      {response.rank != null && <Rank rank={response.rank} tied={response.tied} />}
      {response.ranking_score != null && (
        <span className="text-xs text-ink-faint tabular-nums">{formatScore(response.ranking_score)}</span>
      )}
      <span className="hidden min-w-0 flex-1 truncate text-sm text-ink-faint sm:block">{gist}</span>
      <span className="ms-auto flex shrink-0">
        {response.content_length > 0 && (
          <Button
            look="quiet"
            data-action="expand"
            aria-expanded={false}
            icon={<ChevronDown aria-hidden className="size-4" />}
            onClick={onToggle}
            className="px-2"
          >
            <span className="max-sm:sr-only">{t('card.expand')}</span>
          </Button>
        )}
        {canSelect(response) && (
          <Button
            look="quiet"
            data-action="select"
            aria-pressed={false}
            icon={<Check aria-hidden className="size-4" />}
            onClick={() => actions.select(response)}
            className="px-2"
          >
            <span className="max-sm:sr-only">{t('card.select')}</span>
          </Button>
        )}
      </span>
    </article>
  );
}
