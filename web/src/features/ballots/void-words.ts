import type { TFunction } from 'i18next';
import { i18n } from '@/i18n';

/** What is wrong with a ballot, by the words of the record. */
const FAULTS = [
  [/^stopped$/, 'stopped'],
  [/^the reply is not one JSON object/, 'notJson'],
  [/^the ballot does not have the form/, 'form'],
  [/must have every label exactly once|may only use the labels shown|^"v" must be/, 'labels'],
  [/^it prefers a planted text/, 'obeyed'],
] as const;

/** Why a ballot does not count, in the reader's language; what the record alone knows stays as it is. */
export function voidWords(t: TFunction, reason: string): string {
  const failure = /^([a-z_]+): (.*)$/s.exec(reason);
  const key = `failures.kind.${failure?.[1]}`;
  if (failure && i18n.exists(key)) return (t as (key: string) => string)(key);
  const fault = FAULTS.find(([words]) => words.test(reason))?.[1];
  return fault ? t(`ballots.void.${fault}`) : reason;
}
