// The language of the page: what was chosen, or else what the browser asks for.
import { createStore, useStore } from '../lib/store';
import { readText, writeText } from '../lib/stored';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'swapshop.language';

function isLanguage(text: string | null): text is Language {
  return LANGUAGES.some((language) => language === text);
}

function initial(): Language {
  const chosen = readText(KEY);
  if (isLanguage(chosen)) return chosen;
  return /^es\b/.test(navigator.language) ? 'es' : 'en';
}

export const language = createStore<Language>(initial());

export function speak(chosen: Language): void {
  writeText(KEY, chosen);
  document.documentElement.lang = chosen;
  language.set(chosen);
}

export function useLanguage(): Language {
  return useStore(language);
}
