import type { AgreementReason, RankingRemark } from '@/generated/api';

/** What the page reads of the stored record of a ranking. */
export interface RankingRecord {
  entries: {
    response_id: string;
    rank: number | null;
    score: [number, number, number] | null;
    tied: boolean;
    flagged: boolean;
    /** Why it stands there, where no judge said so. */
    agreement_reason?: AgreementReason | null;
  }[];
  remarks?: RankingRemark[];
  pairs: { first: string; second: string; probability: number; too_close_to_call: boolean }[];
  stopped: StoppedBecause;
  flags: Partial<Record<Flag, boolean>>;
  diagnostics: {
    judge_agreement: number | null;
    answer_agreement: number | null;
    position_effect: number | null;
    length_effect: number | null;
  };
}

export const flags = [
  'low_confidence',
  'all_poor',
  'cycle',
  'injection',
  'partial',
  'too_close_at_the_top',
] as const;
export type Flag = (typeof flags)[number];

const reasons = ['agreed', 'all_in', 'no_more_judges'] as const;
export type StoppedBecause = (typeof reasons)[number] | 'nothing_to_judge';

/** The record, if it has the form that this page knows; a later version of it is not guessed at. */
export function readRecord(record: unknown): RankingRecord | null {
  const known = record as Partial<RankingRecord> | null | undefined;
  const whole =
    known != null &&
    Array.isArray(known.entries) &&
    Array.isArray(known.pairs) &&
    typeof known.flags === 'object' &&
    typeof known.diagnostics === 'object';
  return whole ? (known as RankingRecord) : null;
}

/** Why no further judge was asked, where there is something to say about it. */
export function stopOf(record: RankingRecord): (typeof reasons)[number] | null {
  return reasons.find((reason) => reason === record.stopped) ?? null;
}

/** How far judges are of one mind, in one word of three: Kendall's W of two random orders of four is about a half. */
export function agreementWord(agreement: number): 'strong' | 'partial' | 'little' {
  if (agreement >= 0.85) return 'strong';
  return agreement >= 0.6 ? 'partial' : 'little';
}

/** Whether an effect, from -1 to 1, is great enough to be told. */
export function isMarked(effect: number | null): effect is number {
  return effect != null && Math.abs(effect) >= 0.5;
}
