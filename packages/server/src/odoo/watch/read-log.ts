/** Of an Odoo's log what a watch asks for, from wherever it runs. A log may be long: the rest is not kept. */
import type { SlotName, Workload } from '../../ports/workload.ts';
import { COLOUR } from '../log-records.ts';
import { isWorldTrouble } from '../world-trouble.ts';

const HEAD = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ ([A-Z]+) \S+ ([\w.]+): /;
const EVERYTHING = 1_000_000_000;
const MOST_LINES = 20_000;

/** Errors with their tracebacks, what is said of scheduled actions, and of the database that is gone. The newest, where there are too many. Of no container: nothing. */
export const readGraveLines = async (
  workload: Pick<Workload, 'logs' | 'state'>,
  name: SlotName,
  { since, signal }: { readonly since?: string; readonly signal: AbortSignal },
): Promise<readonly string[]> => {
  if ((await workload.state(name)).kind === 'absent') return [];
  let kept: string[] = [];
  const worthKeeping = pickLines();
  const options = { follow: false, tail: EVERYTHING, signal, ...(since === undefined ? {} : { since }) };
  for await (const line of workload.logs(name, options)) {
    kept.push(...worthKeeping(line));
    if (kept.length > 2 * MOST_LINES) kept = kept.slice(-MOST_LINES);
  }
  return kept.slice(-MOST_LINES);
};

/** Called with one line after the other. What says that the database is gone is kept with the head of its record, for its time. */
const pickLines = (): ((line: string) => readonly string[]) => {
  let grave = false;
  let last = '';
  return (line) => {
    const head = HEAD.exec(line.replace(COLOUR, ''));
    if (head !== null) [grave, last] = [isGrave(head), line];
    if (grave) return [line];
    if (!isWorldTrouble(line)) return [];
    return line === last ? [line] : [last, line];
  };
};

const isGrave = ([, level, logger]: RegExpExecArray): boolean =>
  level === 'ERROR' || level === 'CRITICAL' || logger?.endsWith('ir_cron') === true;
