/** Errors of a log as kinds of errors: two lines that differ only in numbers, names and dates are the same one. */
import { createHash } from 'node:crypto';
import { type LogRecord, parseLog, reasonOf, TRACEBACK } from '../log-records.ts';

export interface Fingerprint {
  /** The same for the same kind of error, in every log and every release. */
  readonly id: string;
  readonly level: 'ERROR' | 'CRITICAL';
  readonly logger: string;
  /** What was said, without what varies, and where it was raised. */
  readonly text: string;
  readonly count: number;
}

/** What each line of a failing query differs in, and what may hold people's data, stands below its first two lines. */
const BAD_QUERY = /^bad query: [\s\S]*?\n(?:ERROR:\s*)([^\n]+)/;

export const fingerprintsOf = (lines: readonly string[]): readonly Fingerprint[] => {
  const found = new Map<string, Fingerprint>();
  for (const record of parseLog(lines)) {
    const { level, logger } = record;
    if (level !== 'ERROR' && level !== 'CRITICAL') continue;
    const text = textOf(record);
    const id = createHash('sha256').update(`${level}\n${logger}\n${text}`).digest('hex').slice(0, 12);
    found.set(id, { id, level, logger, text, count: (found.get(id)?.count ?? 0) + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
};

const textOf = ({ message }: LogRecord): string => {
  const query = BAD_QUERY.exec(message)?.[1];
  if (query !== undefined) return `bad query: ${withoutValues(query)}`;
  const head = headOf(message);
  if (!message.includes(TRACEBACK)) return head;
  const said = withoutValues(reasonOf(message));
  const place = placeOf(message);
  return [head, said, ...(place === null ? [] : [place])].join(' · ');
};

/** Of a scheduled action its name says which error it is, although it stands in quotes. */
const headOf = (message: string): string => {
  const head = message.split('\n', 1)[0] ?? '';
  const job = JOB.exec(head)?.[1];
  return job === undefined ? withoutValues(head) : `scheduled action "${job}" failed`;
};
const JOB = /^Job '(.+)' \(\d+\) (server action #\d+ failed|failed \()/;

/** File and function of the last frame. Without its line, which every release moves. */
const placeOf = (message: string): string | null => {
  const frame = [...message.matchAll(/^ {2}File "([^"]+)", line \d+, in (.+)$/gm)].at(-1);
  if (frame === undefined) return null;
  const [, file = '', name] = frame;
  return `${file.replace(/^.*\/(?:addons|odoo)\//, '').replace(/\d+/g, '#')} ${name}`;
};

const IDENTIFIER = /^[a-z_]+(?:[._][a-z_]+)*$/i;

/** Names of fields, models and constraints say which error it is; everything else in quotes, and every number, is a value. */
export const withoutValues = (text: string): string =>
  text
    .replace(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '…@…')
    .replace(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '…')
    .replace(/(['"`])((?:(?!\1).)*)\1/g, (all, quote: string, inside: string) =>
      IDENTIFIER.test(inside) ? all : `${quote}…${quote}`,
    )
    .replace(/\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '…')
    .replace(/\d+(?:[.,:/-]\d+)*/g, '#')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);

export interface FailingCron {
  readonly name: string;
  readonly failures: number;
}

/** Odoo says of each failure what was raised and, from 18 on, once more that the job has failed. */
export const failingCrons = (lines: readonly string[]): readonly FailingCron[] => {
  const [raised, ended] = [new Map<string, number>(), new Map<string, number>()];
  for (const { logger, message } of parseLog(lines)) {
    if (!logger.endsWith('ir_cron')) continue;
    const [, name, how] = JOB.exec(message) ?? [];
    if (name === undefined) continue;
    const counts = how?.startsWith('failed') ? ended : raised;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = [...new Set([...raised.keys(), ...ended.keys()])].sort();
  return names.map((name) => ({ name, failures: Math.max(raised.get(name) ?? 0, ended.get(name) ?? 0) }));
};
