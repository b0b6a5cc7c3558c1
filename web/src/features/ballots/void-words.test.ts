import { afterEach, expect, it } from 'vitest';
import { chooseLanguage, i18n } from '@/i18n';
import { voidWords } from './void-words';

afterEach(() => chooseLanguage('en'));

it.each([
  ['budget_exceeded: the month budget has no room', 'The budget is used up.', 'Das Budget ist verbraucht.'],
  ['stopped', 'The judging was stopped.', 'Die Bewertung wurde angehalten.'],
  ['the reply is not one JSON object', 'The reply is no ballot.', 'Die Antwort ist kein Stimmzettel.'],
  ['something else: 3', 'something else: 3', 'something else: 3'],
])('%s', async (reason, english, german) => {
  expect(voidWords(i18n.t, reason)).toBe(english);
  await chooseLanguage('de');
  expect(voidWords(i18n.t, reason)).toBe(german);
});
