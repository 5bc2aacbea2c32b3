import { useState } from 'react';
import { keep, readKept } from '../lib/kept.ts';

const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const now = (): Theme => THEMES.find((theme) => theme === readKept('theme')) ?? 'system';

/** public/theme.js does the same before the first paint. */
const apply = (theme: Theme): void => {
  keep('theme', theme === 'system' ? null : theme);
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
};

export const nextTheme = (): void => apply(THEMES[(THEMES.indexOf(now()) + 1) % THEMES.length] ?? 'system');

export const useTheme = (): readonly [theme: Theme, next: () => void] => {
  const [theme, setTheme] = useState(now);
  return [
    theme,
    () => {
      nextTheme();
      setTheme(now());
    },
  ];
};
