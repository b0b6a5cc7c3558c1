import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readStored, writeStored } from '@/app/stored';
import { en } from './en';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'quorum.language';

function preferred(): Language {
  const wanted = readStored(KEY) ?? navigator.language;
  return wanted.toLowerCase().startsWith('de') ? 'de' : 'en';
}

export const i18n = i18next.createInstance();

/** English ships with the page; German is loaded when it is chosen. */
async function load(language: Language): Promise<void> {
  if (language === 'de' && !i18n.hasResourceBundle('de', 'translation')) {
    const { de } = await import('./de');
    i18n.addResourceBundle('de', 'translation', de);
  }
}

export async function startLanguage(): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await switchTo(preferred());
}

async function switchTo(language: Language): Promise<void> {
  await load(language);
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = i18n.dir(language);
}

export async function chooseLanguage(language: Language): Promise<void> {
  writeStored(KEY, language);
  await switchTo(language);
}
