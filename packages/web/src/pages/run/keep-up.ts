import { asProblem } from '../../api/problem.ts';
import type { LogRows } from './log-rows.ts';
import type { RunLog } from './run-log.ts';

const REFRESH_MS = 1_500;

/** Asks anew, now and then, for what fits of the lines that came since. The way back ends it. */
export const keepUp = (log: Pick<RunLog, 'total' | 'watch'>, rows: LogRows): (() => void) => {
  const leaving = new AbortController();
  let seen: number | null = null;
  let busy = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refresh = async (): Promise<void> => {
    const total = log.total ?? 0;
    try {
      await rows.load(rows.total ?? 0, leaving.signal);
      seen = total;
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status >= 400 && problem.status < 500) return rows.fail(problem);
    }
    busy = false;
    check();
  };
  const check = (): void => {
    if (busy || leaving.signal.aborted || log.total === null || log.total === seen) return;
    busy = true;
    timer = setTimeout(() => void refresh(), seen === null ? 0 : REFRESH_MS);
  };
  const unwatch = log.watch(check);
  check();
  return () => {
    unwatch();
    leaving.abort();
    clearTimeout(timer);
  };
};
