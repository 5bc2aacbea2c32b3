import { useEffect, useState, useSyncExternalStore } from 'react';
import type { LogRows } from './log-rows.ts';
import type { RunLog } from './run-log.ts';
import { type Sieve, useSieved } from './use-log.ts';

const TYPING_MS = 250;

/** What was typed, once it rests. */
const useRested = (typed: string): string => {
  const [rested, setRested] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setRested(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return rested;
};

const silent = () => () => undefined;
const never = (): number => -1;

export const useVersion = (rows: LogRows | null): number =>
  useSyncExternalStore(rows?.watch ?? silent, rows?.version ?? never);

export interface Search {
  readonly text: string;
  readonly found: { readonly at: number; readonly of: number } | 'searching' | null;
  /** Among the rows that are shown, counted from 0; null: nothing was found, or it is not known yet. */
  readonly current: number | null;
  /** Grows with each step, also one that leads nowhere else. */
  readonly steps: number;
  step(by: 1 | -1): void;
}

/** Searches the whole log, or what `level` leaves of it, and goes from match to match. */
export const useSearch = (run: string, log: RunLog, typed: string, level: Sieve['level']): Search => {
  const text = useRested(typed.trim() === '' ? '' : typed);
  const matches = useSieved(run, log, { search: text, ...(level === undefined ? {} : { level }) });
  const version = useVersion(matches);
  const [{ at, steps }, setAt] = useState({ at: 0, steps: 0 });
  const of = matches?.total ?? null;
  const row = matches?.row(at);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins at its first match.
  useEffect(() => setAt({ at: 0, steps: 0 }), [text, level]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: until it is there.
  useEffect(() => {
    if (of !== null && of > 0 && row === undefined) matches?.want(at, at);
  }, [matches, version, at, of, row]);
  const found = of === null ? ('searching' as const) : { at: of === 0 ? 0 : at + 1, of };
  return {
    text,
    found: text === '' ? null : found,
    current: text === '' || row === undefined ? null : row.place - 1,
    steps,
    step: (by) => {
      if (of !== null && of > 0) setAt((was) => ({ at: (was.at + by + of) % of, steps: was.steps + 1 }));
    },
  };
};
