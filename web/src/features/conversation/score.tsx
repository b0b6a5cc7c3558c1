import { useTranslation } from 'react-i18next';
import { formatScore } from '@/app/format';
import type { Response } from '@/generated/api';

/** A score with its interval, as text and as a mark on a line from 0 to 10. */
export function Score({ response }: { response: Response }) {
  const { t } = useTranslation();
  const score = response.ranking_score;
  if (score == null) return null;
  const low = response.score_low ?? score;
  const high = response.score_high ?? score;
  const half = (high - low) / 2;
  const explained = t('score.explained', {
    score: formatScore(score),
    low: formatScore(low),
    high: formatScore(high),
  });
  return (
    <span className="grid justify-items-end gap-1" title={explained} data-testid="score">
      <span className="leading-none whitespace-nowrap tabular-nums">
        <span className="text-lg font-semibold">{formatScore(score)}</span>
        {half >= 0.05 && <span className="text-xs text-ink-faint"> ± {formatScore(half)}</span>}
      </span>
      <span aria-hidden className="relative h-1.5 w-20 rounded-full bg-sunken">
        <span
          className="absolute inset-y-0 rounded-full bg-accent/35"
          style={{ left: `${low * 10}%`, right: `${100 - high * 10}%` }}
        />
        <span
          className="absolute -inset-y-px w-1 -translate-x-1/2 rounded-full bg-accent"
          style={{ left: `${score * 10}%` }}
        />
      </span>
    </span>
  );
}

/** "1st of 3", said in full to screen readers. */
export function Rank({ response }: { response: Response }) {
  const { t } = useTranslation();
  if (response.rank == null) return null;
  const first = response.rank === 1;
  return (
    <span
      data-testid="rank"
      className={
        first
          ? 'rounded-md bg-accent px-1.5 py-0.5 text-xs font-semibold text-on-accent tabular-nums'
          : 'rounded-md bg-sunken px-1.5 py-0.5 text-xs font-semibold text-ink-soft tabular-nums'
      }
      title={response.tied ? t('score.tied') : undefined}
    >
      <span className="sr-only">{t('score.rank')} </span>
      {response.tied ? '=' : '#'}
      {response.rank}
    </span>
  );
}
