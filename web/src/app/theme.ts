import { useSyncExternalStore } from 'react';
import { readStored, writeStored } from './stored';

export type ThemeChoice = 'light' | 'dark' | 'system';

const KEY = 'quorum.theme';
const listeners = new Set<() => void>();

export function themeChoice(): ThemeChoice {
  const stored = readStored(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function systemDark(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: dark)');
}

function paint(): void {
  const choice = themeChoice();
  const dark = choice === 'dark' || (choice === 'system' && systemDark().matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

export function chooseTheme(choice: ThemeChoice): void {
  writeStored(KEY, choice === 'system' ? null : choice);
  paint();
  for (const listener of listeners) listener();
}

/** Follows the system while nothing is chosen, and other tabs when they choose. */
export function followTheme(): void {
  systemDark().addEventListener('change', paint);
  window.addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    paint();
    for (const listener of listeners) listener();
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice);
}
