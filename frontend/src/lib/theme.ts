// Light, dark, or as the system has it. public/theme.js has set it before the first paint; from then on this does.
import { createStore, useStore } from './store';
import { readText, writeText } from './stored';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'swapshop.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function initial(): Theme {
  const chosen = readText(KEY);
  return THEMES.find((theme) => theme === chosen) ?? 'system';
}

const theme = createStore<Theme>(initial());

function paint(): void {
  const chosen = theme.get();
  const dark = chosen === 'dark' || (chosen === 'system' && system.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

system.addEventListener('change', paint);
theme.subscribe(paint);

export function wear(chosen: Theme): void {
  writeText(KEY, chosen);
  theme.set(chosen);
}

export function useTheme(): Theme {
  return useStore(theme);
}
