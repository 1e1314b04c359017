import i18next, { type i18n, type TFunction } from 'i18next';
import { createContext, useContext } from 'react';
import { initReactI18next } from 'react-i18next';
import { en } from './en';

export const languages = { en: 'English', fr: 'Français' } as const;
export type Language = keyof typeof languages;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: typeof en };
  }
}

/** Meanings of reasons, where they are told in another language than the gateway's. */
const reasonsSpace = 'reasons';

const storedUnder = 'gatehouse-language';

function isLanguage(value: string | null | undefined): value is Language {
  return value !== null && value !== undefined && value in languages;
}

function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(storedUnder), ...navigator.languages.map((one) => one.slice(0, 2))];
  return wanted.find(isLanguage) ?? 'en';
}

/** English is part of the console, and fills in where another language lacks a text; French is fetched when chosen. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { console: en } },
    lng: 'en',
    fallbackLng: 'en',
    ns: ['console'],
    defaultNS: 'console',
    // React escapes what is shown.
    interpolation: { escapeValue: false },
  });
  const preferred = preferredLanguage();
  if (preferred !== 'en') await speak(preferred);
}

export async function speak(language: Language): Promise<void> {
  if (language === 'fr' && !i18next.hasResourceBundle('fr', 'console')) {
    const [{ fr }, { reasons }] = await Promise.all([import('./fr'), import('./fr/reasons')]);
    i18next.addResourceBundle('fr', 'console', fr);
    i18next.addResourceBundle('fr', reasonsSpace, reasons);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem(storedUnder, language);
}

export interface Texts {
  readonly t: TFunction;
  readonly language: Language;
  /** What a reason means; `said`: by the gateway, in English. */
  readonly meaningOf: (code: string | null, said: string | null) => string | null;
}

export const TextsContext = createContext<Texts | undefined>(undefined);

export function textsOf(t: Texts['t'], from: i18n, language: string): Texts {
  return {
    t,
    language: isLanguage(language) ? language : 'en',
    meaningOf: (code, said) => {
      const own: unknown = code === null ? undefined : from.getResource(language, reasonsSpace, code);
      return typeof own === 'string' ? own : said;
    },
  };
}

/** The texts of the console in the chosen language, by their place in texts/en. */
export function useTexts(): Texts {
  const texts = useContext(TextsContext);
  if (texts === undefined) throw new Error('there are no texts outside of the TextsProvider');
  return texts;
}

/** What a reason means, in the chosen language. */
export const useMeaning = (): Texts['meaningOf'] => useTexts().meaningOf;

export type TextOf = Texts['t'];
