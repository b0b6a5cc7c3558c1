import { useTranslation } from 'react-i18next';
import { formatScore } from '@/app/format';
import { Explained } from '@/components/ui/explained';
import type { Response } from '@/generated/api';

export interface StandingProps {
  response: Response;
  /** How many answers were ranked; 0 when there was nothing to compare with. */
  of: number;
}

/** Rank and score of an answer, and on demand what they mean. */
export function Standing({ response, of }: StandingProps) {
  const { t } = useTranslation();
  const { rank, ranking_score: score } = response;
  const ranked = rank != null && of > 1;
  if (!ranked && score == null) return null;
  const low = formatScore(response.score_low ?? score ?? 0);
  const high = formatScore(response.score_high ?? score ?? 0);
  const place = ranked ? t('score.place', { rank, of }) : null;
  const points = score == null ? null : t('score.points', { score: formatScore(score), low, high });
  const tied = ranked && response.tied ? t('score.tiedMeans') : null;
  return (
    <Explained
      label={[place, points, tied && t('score.tied')].filter(Boolean).join(', ')}
      explanation={
        <>
          {place && <p className="font-semibold">{place}</p>}
          {points && <p>{points}</p>}
          {tied && <p>{tied}</p>}
          {score != null && <p className="text-ink-soft">{t('score.method')}</p>}
        </>
      }
    >
      {ranked && <Rank rank={rank} tied={response.tied} />}
      {score != null && <Score response={response} score={score} />}
    </Explained>
  );
}

/** A score with its interval, as text and as a mark on a line from 0 to 10. */
function Score({ response, score }: { response: Response; score: number }) {
  const low = response.score_low ?? score;
  const high = response.score_high ?? score;
  const half = (high - low) / 2;
  return (
    <span className="grid justify-items-end gap-1" data-testid="score">
      <span className="leading-none whitespace-nowrap tabular-nums">
        <span className="text-lg font-semibold">{formatScore(score)}</span>
        {half >= 0.05 && <span className="text-xs text-ink-faint"> ± {formatScore(half)}</span>}
      </span>
      <span aria-hidden className="relative h-1.5 w-20 rounded-full bg-sunken">
        <span
          className="absolute inset-y-0 rounded-full bg-accent/35"
          style={{ insetInlineStart: `${low * 10}%`, insetInlineEnd: `${100 - high * 10}%` }}
        />
        <span
          className="absolute -inset-y-px w-1 -translate-x-1/2 rounded-full bg-accent"
          style={{ insetInlineStart: `${score * 10}%` }}
        />
      </span>
    </span>
  );
}

/** "#1", or "=1" for an answer that is level with another. */
export function Rank({ rank, tied }: { rank: number; tied: boolean }) {
  return (
    <span
      data-testid="rank"
      className={
        rank === 1
          ? 'rounded-md bg-accent px-1.5 py-0.5 text-xs font-semibold text-on-accent tabular-nums'
          : 'rounded-md bg-sunken px-1.5 py-0.5 text-xs font-semibold text-ink-soft tabular-nums'
      }
    >
      {tied ? '=' : '#'}
      {rank}
    </span>
  );
}
