import { formatScore } from '@/app/format';

export interface ScoreBarProps {
  score: number;
  low?: number | null;
  high?: number | null;
}

/** A score with its interval, as text and as a mark on a line from 0 to 10. */
export function ScoreBar({ score, low, high }: ScoreBarProps) {
  const from = low ?? score;
  const to = high ?? score;
  const half = (to - from) / 2;
  // An interval cut off at an end of the scale does not reach equally far to both sides.
  const cut = score - half < 0 || score + half > 10;
  const range = cut ? `(${formatScore(from)}–${formatScore(to)})` : `± ${formatScore(half)}`;
  return (
    <span className="grid justify-items-end gap-1" data-testid="score">
      <span className="leading-none whitespace-nowrap tabular-nums">
        <span className="text-lg font-semibold">{formatScore(score)}</span>
        {half >= 0.05 && <span className="text-xs text-ink-faint"> {range}</span>}
      </span>
      <span aria-hidden className="relative h-1.5 w-20 rounded-full bg-sunken">
        <span
          className="absolute inset-y-0 rounded-full bg-accent/35"
          style={{ insetInlineStart: `${from * 10}%`, insetInlineEnd: `${100 - to * 10}%` }}
        />
        <span
          className="absolute -inset-y-px w-1 -translate-x-1/2 rounded-full bg-accent"
          style={{ insetInlineStart: `${score * 10}%` }}
        />
      </span>
    </span>
  );
}
