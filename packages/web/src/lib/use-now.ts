import { useSyncExternalStore } from 'react';

/** One clock for the whole page: each element with its own would wake the page hundreds of times. */
const clockOf = (milliseconds: number) => {
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const watchers = new Set<() => void>();
  const tick = (): void => {
    now = Date.now();
    for (const watcher of watchers) watcher();
  };
  return {
    watch: (watcher: () => void): (() => void) => {
      watchers.add(watcher);
      timer ??= setInterval(tick, milliseconds);
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    read: () => now,
  };
};

const slow = clockOf(15_000);
const fast = clockOf(1_000);

/** For "3 min ago". */
export const useNow = (): number => useSyncExternalStore(slow.watch, slow.read);
/** For a stopwatch of what runs now. */
export const useSeconds = (): number => useSyncExternalStore(fast.watch, fast.read);
