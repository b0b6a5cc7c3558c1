import { Check, CircleAlert, CircleSlash, Clock, Gavel, Hand, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatMoney, formatNumber, formatPercent } from '@/app/format';
import { useAppSelector } from '@/app/store';
import { useNow } from '@/components/ui/use-now';
import type { FailureKind, Response } from '@/generated/api';
import { isRunning } from './turn-phase';

/** Four characters are about one token in European languages; shown with "about" until usage is known. */
const CHARACTERS_PER_TOKEN = 4;

/** The stage in words, with an icon, and a progress bar while it runs. */
export function CardStatus({ response }: { response: Response }) {
  const { t } = useTranslation();
  const { stage } = response;
  const progress = useLiveProgress(response);
  const thinking = useIsThinking(response);
  const running = isRunning(response);
  return (
    <div className="grid gap-1.5" data-testid="stage" data-stage={stage}>
      <div className="flex items-center gap-1.5 text-xs text-ink-soft">
        <StageIcon stage={stage} />
        <span>
          {stage === 'retrying' ? (
            <RetryCountdown response={response} />
          ) : (
            t(thinking ? 'stage.thinking' : `stage.${stage}`)
          )}
          {stage === 'streaming' && progress > 0 && (
            <span className="tabular-nums"> {formatPercent(progress)}</span>
          )}
        </span>
      </div>
      {running && (
        <div
          role="progressbar"
          aria-label={t('stage.progressOf', { name: response.service_name })}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={progress}
          className="h-1 overflow-hidden rounded-full bg-sunken"
        >
          <div
            className="h-full rounded-full bg-accent transition-[width] duration-300"
            style={{ width: `${Math.max(progress, 2)}%` }}
          />
        </div>
      )}
    </div>
  );
}

/** While text comes in: half of the way to 85 % at 1,500 characters, as the server counts it. */
function useLiveProgress({ id, stage, progress, attempt }: Response): number {
  return useAppSelector((state) => {
    const live = state.texts[id];
    if (stage !== 'streaming' || live?.attempt !== attempt) return progress;
    const length = live.text.length;
    return Math.max(progress, 10 + Math.floor((75 * length) / (length + 1_500)));
  });
}

/** It has been heard of, but not a word of its answer. */
function useIsThinking({ id, stage, attempt }: Response): boolean {
  return useAppSelector((state) => stage === 'calling' && state.thoughts[id]?.attempt === attempt);
}

function StageIcon({ stage }: { stage: Response['stage'] }) {
  const size = 'size-3.5 shrink-0';
  switch (stage) {
    case 'queued':
      return <Clock aria-hidden className={size} />;
    case 'calling':
    case 'streaming':
      return <span aria-hidden className="dot-live mx-0.5 size-2 shrink-0 rounded-full bg-accent" />;
    case 'retrying':
      return <RotateCw aria-hidden className={`${size} text-warn`} />;
    case 'judging':
      return <Gavel aria-hidden className={size} />;
    case 'failed':
      return <CircleAlert aria-hidden className={`${size} text-bad`} />;
    case 'refused':
      return <Hand aria-hidden className={size} />;
    case 'cancelled':
      return <CircleSlash aria-hidden className={size} />;
    default:
      return <Check aria-hidden className={`${size} text-good`} />;
  }
}

function RetryCountdown({ response }: { response: Response }) {
  const { t } = useTranslation();
  const now = useNow(250, true);
  const left = response.retry_at ? Math.max(0, Math.ceil((Date.parse(response.retry_at) - now) / 1000)) : 0;
  const attempts = t('stage.attempt', { attempt: response.attempt + 1, of: response.max_attempts });
  return (
    <span data-testid="retry-countdown">
      {left > 0 ? t('stage.retryIn', { seconds: left }) : t('stage.retryNow')}{' '}
      <span className="text-ink-faint">({attempts})</span>
    </span>
  );
}

/** These end an answer before its service is called. */
const UNCALLED: FailureKind[] = ['key_missing', 'key_revoked', 'budget_exceeded', 'no_sources'];

/** Whether a call took time that is worth naming: nothing that would be written as 0.0 s once it is over. */
function tookTime(response: Response, milliseconds: number): boolean {
  if (isRunning(response)) return true;
  return milliseconds >= 50 && !UNCALLED.some((kind) => kind === response.error?.kind);
}

/** Time, tokens and cost in one quiet line. */
export function CardFigures({ response }: { response: Response }) {
  const { t } = useTranslation();
  const live = useAppSelector((state) => state.texts[response.id]?.text.length ?? 0);
  const running = isRunning(response) && response.started_at != null;
  const now = useNow(100, running);
  const start = response.started_at ? Date.parse(response.started_at) : null;
  const end = response.finished_at ? Date.parse(response.finished_at) : now;
  const elapsed = start === null || !tookTime(response, end - start) ? null : formatDuration(end - start);
  const length = Math.max(live, response.content_length);
  const tokens = response.usage
    ? t('figures.tokens', {
        count: response.usage.output_tokens,
        formatted: formatNumber(response.usage.output_tokens),
      })
    : length > 0
      ? t('figures.aboutTokens', { formatted: formatNumber(Math.ceil(length / CHARACTERS_PER_TOKEN)) })
      : null;
  const cost = response.usage || response.cost_micro_usd > 0 ? formatMoney(response.cost_micro_usd) : null;
  const parts = [elapsed, tokens, cost].filter((part): part is string => part !== null);
  return (
    <p className="text-xs text-ink-faint tabular-nums" data-testid="figures">
      {parts.join(' · ') || '\u00a0'}
    </p>
  );
}
