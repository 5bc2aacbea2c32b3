import type { ReactNode } from 'react';
import { absoluteWords, agoWords, durationWords } from '../lib/time-words.ts';
import { useNow, useSeconds } from '../lib/use-now.ts';

/** Relative, with the absolute time where one points at it. */
export const Ago = ({ at }: { readonly at: string }): ReactNode => (
  <time dateTime={at} title={absoluteWords(at)}>
    {agoWords(at, useNow())}
  </time>
);

export const Duration = ({ milliseconds }: { readonly milliseconds: number }): ReactNode => (
  <span className="mono">{durationWords(milliseconds)}</span>
);

/** How long it has run so far. */
export const Stopwatch = ({ since }: { readonly since: string }): ReactNode => (
  <Duration milliseconds={Math.max(useSeconds() - Date.parse(since), 0)} />
);
