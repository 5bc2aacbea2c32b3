import { useSyncExternalStore } from 'react';

/** Whether the server answered the last time it was asked. */
let answers = true;
const watchers = new Set<() => void>();

export const setAnswers = (now: boolean): void => {
  if (now === answers) return;
  answers = now;
  for (const watcher of watchers) watcher();
};

const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

export const useAnswers = (): boolean => useSyncExternalStore(watch, () => answers);
