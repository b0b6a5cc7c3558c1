import { useTranslation } from 'react-i18next';
import { formatScore } from '@/app/format';
import { Explained } from '@/components/ui/explained';
import { ScoreBar } from '@/components/ui/score-bar';
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
      {score != null && <ScoreBar score={score} low={response.score_low} high={response.score_high} />}
    </Explained>
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
