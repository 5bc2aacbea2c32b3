import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import pg from 'pg';

export interface Place {
  readonly instance: string;
  readonly data: string;
  /** Of the server, as its administrator. */
  readonly databaseUrl: string;
}

/** What Docker, PostgreSQL and the data folder hold for a pull request; of folders only the topmost. */
export const possessionsOf = async (place: Place, number: number): Promise<string[]> => {
  const prefix = `slipway-${place.instance}-`;
  const mine = (name: string): boolean => new RegExp(`pr[-_]${number}(?![0-9])`).test(name);
  const lines = (file: string, ...words: string[]): string[] =>
    execFileSync(file, words, { encoding: 'utf8' }).split('\n');
  const docker = (what: string, ...words: string[]): string[] =>
    lines('docker', ...words)
      .filter((name) => name.startsWith(prefix) && mine(name))
      .map((name) => `${what} ${name.slice(prefix.length)}`);
  const folders = (parent: string): string[] =>
    lines('find', join(place.data, parent), '-mindepth', '1', '-maxdepth', '2', '-type', 'd')
      .filter((path) => mine(basename(path)))
      .map((path) => `${parent}/${basename(path).replace(prefix, '')}`);
  return [
    ...docker('container', 'ps', '-a', '--format', '{{.Names}}'),
    ...docker('network', 'network', 'ls', '--format', '{{.Name}}'),
    ...(await databasesAndRoles(place.databaseUrl)).filter(mine),
    ...folders('filestores'),
    ...folders('containers'),
  ].sort();
};

const databasesAndRoles = async (url: string): Promise<string[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      "select 'database ' || datname as name from pg_database union all select 'role ' || rolname from pg_roles",
    );
    return rows.map((row) => row.name as string);
  } finally {
    await client.end();
  }
};

/** All that a live preview has: nothing doubled, nothing of a former try. */
export const possessionsOfLive = (number: number, slot: 'blue' | 'green'): string[] => [
  `container shop.pr-${number}-${slot}`,
  `containers/shop.pr-${number}-${slot}`,
  `database odoo_pr_${number}`,
  `filestores/pr-${number}`,
  `network shop.pr-${number}-walled`,
  `role odoo_pr_${number}`,
];
