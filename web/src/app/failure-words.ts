import type { TFunction } from 'i18next';
import type { FailureKind } from '@/generated/api';

/** Why there is no answer, in the reader's language; the provider's own words stay as they are. */
export function failureText(t: TFunction, failure: { kind: FailureKind; said?: string | null }): string {
  const words = t(`failures.kind.${failure.kind}`);
  return failure.said ? t('failures.said', { words, said: failure.said }) : words;
}

/** The same for what a test found, which may be of no kind that calls have: then in the server's words. */
export function troubleText(
  t: TFunction,
  trouble: { kind?: FailureKind | null; said?: string | null; detail?: string | null },
): string | null {
  return trouble.kind ? failureText(t, { ...trouble, kind: trouble.kind }) : (trouble.detail ?? null);
}

/** Why a key did not pass its last test. */
export function keyTrouble(
  t: TFunction,
  key: { status_kind?: FailureKind | null; status_said?: string | null; status_detail?: string | null },
): string | null {
  return troubleText(t, { kind: key.status_kind, said: key.status_said, detail: key.status_detail });
}
