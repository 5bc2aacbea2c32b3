import type { LogLevel, LogWindowView } from '@slipway/contracts/log-window-views';
import { useEffect, useState } from 'react';
import { api } from '../../api/api.ts';
import { keepUp } from './keep-up.ts';
import { type Ask, LogRows } from './log-rows.ts';
import { type Follow, RunLog } from './run-log.ts';

export interface Sieve {
  readonly search?: string;
  readonly level?: LogLevel;
}

const asking =
  (run: string, sieve: Sieve): Ask =>
  async (from, limit, signal) => {
    const query = { from: String(from), limit: String(limit), ...sieve };
    const answer = await api.send('GET', api.addressOf('logWindow', { parameters: { run }, query }), { signal });
    return (await answer.json()) as LogWindowView;
  };

const following =
  (run: string): Follow =>
  async (after, signal) => {
    const query = { follow: 'true', after: String(after) } as const;
    return (await api.send('GET', api.addressOf('runLogs', { parameters: { run }, query }), { signal })).body;
  };

/** The log of a run, opened at that line, or at its end. */
export const useLog = (run: string, line: number | null): RunLog => {
  const open = (): RunLog => new RunLog(asking(run, {}), following(run));
  const [log, setLog] = useState(open);
  // biome-ignore lint/correctness/useExhaustiveDependencies: where it is opened is said once.
  useEffect(() => {
    const leaving = new AbortController();
    const fresh = open();
    setLog(fresh);
    void fresh.open(line === null ? null : line - 1, leaving.signal);
    const onSeen = (): void => {
      if (document.visibilityState === 'visible') fresh.reconnect();
    };
    const onOnline = (): void => fresh.reconnect();
    document.addEventListener('visibilitychange', onSeen);
    window.addEventListener('online', onOnline);
    return () => {
      document.removeEventListener('visibilitychange', onSeen);
      window.removeEventListener('online', onOnline);
      leaving.abort();
      fresh.leave();
    };
  }, [run]);
  return log;
};

/** The lines of a log that fit. Null: nothing is asked for. */
export const useSieved = (run: string, log: RunLog, { search = '', level }: Sieve): LogRows | null => {
  const [rows, setRows] = useState<LogRows | null>(null);
  useEffect(() => {
    if (search === '' && level === undefined) return setRows(null);
    const sieve = { ...(search === '' ? {} : { search }), ...(level === undefined ? {} : { level }) };
    const fresh = new LogRows(asking(run, sieve));
    setRows(fresh);
    const end = keepUp(log, fresh);
    return () => {
      end();
      fresh.leave();
    };
  }, [run, log, search, level]);
  return rows;
};
