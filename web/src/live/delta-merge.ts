import type { TextPiece } from './frames';

/** What is known of one answer's text: whose attempt, and how many UTF-16 units. */
export interface KnownText {
  attempt: number;
  length: number;
}

export type DeltaStep =
  | { kind: 'restart'; text: string }
  | { kind: 'append'; text: string }
  | { kind: 'known' }
  | { kind: 'gap' };

/** Decides what one delta means for the text known so far. Pure. */
export function mergeDelta(known: KnownText | undefined, delta: TextPiece): DeltaStep {
  if (!known || delta.attempt > known.attempt) {
    return delta.offset === 0 ? { kind: 'restart', text: delta.text } : { kind: 'gap' };
  }
  if (delta.attempt < known.attempt) return { kind: 'known' };
  if (delta.offset > known.length) return { kind: 'gap' };
  const overlap = known.length - delta.offset;
  if (delta.text.length <= overlap) return { kind: 'known' };
  return { kind: 'append', text: delta.text.slice(overlap) };
}
