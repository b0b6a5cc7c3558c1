import type { TFunction } from 'i18next';
import type { ResponseError } from '@/generated/api';

/** Stands in the server's message before the provider's own words. */
const SAID = ' It said: ';

/** Why there is no answer, in the reader's language; the provider's own words stay as they are. */
export function failureText(t: TFunction, failure: Pick<ResponseError, 'kind' | 'message'>): string {
  const words = t(`failures.kind.${failure.kind}`);
  const at = failure.message.indexOf(SAID);
  return at < 0 ? words : t('failures.said', { words, said: failure.message.slice(at + SAID.length) });
}
