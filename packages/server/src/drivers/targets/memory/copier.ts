import { Failure } from '@slipway/contracts/failure';
import { Secret } from '../../../domain/secret.ts';
import type { DatabaseAddresses } from '../../../ports/database-addresses.ts';
import type { DatabaseAddress, DatabaseCopier } from '../../../ports/database-copy.ts';
import type { MemoryDatabase, MemoryRow, World } from './world.ts';

/** PostgreSQL 18: what any of today's may be restored into. */
const VERSION = 180_000;

/** What is meant by an address: nothing here takes a password, so none is read. */
const meant = new WeakMap<DatabaseAddress, { readonly database: string; readonly role: string }>();

export const memoryAddresses: DatabaseAddresses = {
  addressOf: (database, role) => {
    const address = { url: new Secret(`memory:${database}`) };
    meant.set(address, { database, role });
    return address;
  },
};

/** Restores, and refuses what PostgreSQL refuses: a database that is not there, another's, or one that holds something. Nothing is taken from memory. */
export const openMemoryCopier = (world: World): Omit<DatabaseCopier, 'open'> => ({
  serverVersion: async (at) => {
    databaseAt(world, at);
    return VERSION;
  },
  restoreSchema: (to, _schema, signal) =>
    world.act('copier.restoreSchema', () => {
      signal.throwIfAborted();
      const found = databaseAt(world, to);
      if (!found.restoring && found.modules.size + found.contents.size > 0) throw refused('the database is not empty');
      found.restoring = true;
      found.contents.clear();
      found.modules.clear();
    }),
  copyIn: async (to, table, rows) => {
    const pieces: Buffer[] = [];
    for await (const piece of rows) pieces.push(piece);
    const lines = Buffer.concat(pieces).toString('utf8').split('\n').slice(0, -1);
    return world.act('copier.copyIn', () => {
      databaseAt(world, to).contents.set(
        table.name,
        lines.map((line) => rowOf(table.columns, line)),
      );
      return lines.length;
    });
  },
  finish: (to, _schema, _sequences, signal) =>
    world.act('copier.finish', () => {
      signal.throwIfAborted();
      const found = databaseAt(world, to);
      for (const { name = '', state = '' } of found.contents.get('ir_module_module') ?? [])
        if (state === 'installed') found.modules.set(name, state);
      // As production was: everything is on, and jobs are due.
      Object.assign(found, { restoring: false, neutral: false, queued: true });
    }),
});

const refused = (reason: string): Failure => new Failure('database-refused', { reason });

const databaseAt = (world: World, address: DatabaseAddress): MemoryDatabase => {
  const { database = '', role = '' } = meant.get(address) ?? {};
  const found = world.databases.get(database);
  if (found === undefined) throw refused(`database "${database}" does not exist`);
  if (found.role !== role) throw refused(`permission denied for database "${database}"`);
  return found;
};

/** COPY text; what stands escaped stays so. */
const rowOf = (columns: readonly string[], line: string): MemoryRow => {
  const values = line.split('\t');
  return Object.fromEntries(columns.map((column, at) => [column, values[at] ?? '']));
};
