import { Failure } from '@slipway/contracts/failure';

/** What psycopg2 and PostgreSQL say when the server goes, is away, or is only just coming back. */
const LOST = [
  /server closed the connection unexpectedly/,
  /terminating connection (due to administrator command|because of crash of another server process)/,
  /the database system is (starting up|shutting down|in recovery mode|not (yet )?accepting connections)/,
  /connection to server .* failed: (Connection refused|No such file or directory|Connection reset)/,
  /could not connect to server/,
  /connection to server .* failed: server closed/,
];
const FULL = [/No space left on device/, /Disk quota exceeded/, /psycopg2\.errors\.DiskFull/];

const find = (lines: readonly string[], patterns: readonly RegExp[]): string | undefined =>
  lines.find((line) => patterns.some((pattern) => pattern.test(line)));

/** Whether a line of a log says so. */
export const isWorldTrouble = (line: string): boolean => [...LOST, ...FULL].some((pattern) => pattern.test(line));

/**
 * Odoo that ended badly because of what is around it: its database server went away (tried again) or the disk is full. Null: it is the
 * modules' own doing. Only asked of a run that did not get through; a module that prints such a sentence and works is not looked at.
 */
export const worldTrouble = (lines: readonly string[]): Failure | null => {
  const full = find(lines, FULL);
  if (full !== undefined) return new Failure('disk-full', { reason: full.trim().slice(0, 300) });
  const lost = find(lines, LOST);
  return lost === undefined ? null : new Failure('database-unreachable', { reason: lost.trim().slice(0, 300) });
};
