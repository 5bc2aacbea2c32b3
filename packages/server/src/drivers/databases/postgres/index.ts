import { Failure } from '@slipway/contracts/failure';
import { systemClock } from '../../../domain/clock.ts';
import type { Receipt } from '../../../domain/receipt.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { DatabaseAddresses } from '../../../ports/database-addresses.ts';
import type { DatabaseServer, Statement, WarmPool } from '../../../ports/database-server.ts';
import type { Inventory, OwnedThing } from '../../../ports/inventory.ts';
import type { ReadingRoles } from '../../../ports/reading-roles.ts';
import type { SqlDatabases } from '../../../ports/sql-databases.ts';
import type { DatabaseAccess } from '../../../ports/workload.ts';
import { AdminClient, type Row, type Session } from './client.ts';
import { exists, isOurs, make, remove, rename, temporaryPrefix } from './databases.ts';
import { type Found, list } from './ownership.ts';
import { openPool } from './pool.ts';
import { openReaders } from './readers.ts';
import { dropRole, ensureRole } from './roles.ts';
import { openTransactions } from './transactions.ts';

export interface PostgresSettings {
  /** postgres://… of a superuser, or of a role with CREATEDB and CREATEROLE. */
  readonly url: Secret;
  /** Name of this installation; in the mark of everything made here. */
  readonly instance: string;
  /** How Odoo reaches the server. */
  readonly access: DatabaseAccess;
  readonly now?: () => Date;
}

export type PostgresDriver = DatabaseServer &
  WarmPool &
  SqlDatabases &
  DatabaseAddresses &
  ReadingRoles &
  Inventory & { end(): Promise<void> };

/**
 * Odoo's databases on PostgreSQL 15 to 18. What a template holds belongs to one role that nobody can log in as; each
 * environment's role is a member of it, so a copy needs no change of owners. Only its own role may connect to a database.
 */
export const openPostgres = (settings: PostgresSettings): PostgresDriver => {
  const admin = new AdminClient(settings.url);
  const now = settings.now ?? systemClock.now;
  return {
    ...openServer(admin, settings, now),
    ...openPool(admin, settings.instance, now),
    ...openTransactions(admin),
    ...openReaders(admin, settings.instance, now),
    ...openInventory(admin, settings.instance),
    addressOf: (database, role, password) => admin.addressOf(database, role, password),
    end: () => admin.end(),
  };
};

const receipt = (asked: string, changed: boolean): Receipt => ({ asked, answered: { changed } });

const openServer = (admin: AdminClient, { instance, access }: PostgresSettings, now: () => Date): DatabaseServer => {
  const value = (owner: string) => ({ slipway: instance, owner, at: now().toISOString() });
  return {
    access,
    ensureRole: async (role, password, owner) => {
      // One at a time: sessions that grant or alter one role at once fail with "tuple concurrently updated".
      const changed = await admin.locked(`roles:${instance}`, (session) =>
        ensureRole(session, { role, password, value: value(owner) }),
      );
      return receipt(`role ${role}`, changed);
    },
    create: async (database, role, owner) =>
      receipt(`create ${database}`, await make(admin, { name: database, from: null, role, value: value(owner) })),
    clone: async ({ from, to, role, owner }) =>
      receipt(`clone ${from} to ${to}`, await make(admin, { name: to, from, role, value: value(owner) })),
    rename: async (from, to) => receipt(`rename ${from} to ${to}`, await rename(admin, from, to, instance)),
    exists: (database) => admin.session((session) => exists(session, database)),
    drop: async (database) => receipt(`drop ${database}`, await drop(admin, database, instance)),
    dropRole: async (role) =>
      receipt(
        `drop role ${role}`,
        await admin.locked(`roles:${instance}`, (session) => dropRole(session, role, instance)),
      ),
    query: (database, statements) => admin.session((session) => inOneTransaction(session, statements), database),
  };
};

/** A connection that breaks off, or is ended after an error, takes back what it began. */
const inOneTransaction = async (session: Session, statements: readonly Statement[]): Promise<readonly Row[]> => {
  let rows: readonly Row[] = [];
  if (statements.length > 1) await session.run('BEGIN');
  for (const { text, parameters } of statements) rows = await session.run(text, parameters);
  if (statements.length > 1) await session.run('COMMIT');
  return rows;
};

const drop = (admin: AdminClient, database: string, instance: string): Promise<boolean> =>
  admin.session(async (session) => {
    const present = await isOurs(session, database, instance);
    if (present) await remove(session, database);
    return present;
  });

const openInventory = (admin: AdminClient, instance: string): Inventory => {
  const unfinished = (name: string): boolean => name.startsWith(temporaryPrefix(instance));
  return {
    owned: () =>
      admin.session(async (session) => {
        const ours = (found: Found): boolean => found.mark?.slipway === instance;
        const databases = (await list(session, 'DATABASE')).filter((found) => ours(found) || unfinished(found.name));
        const roles = (await list(session, 'ROLE')).filter(ours);
        return [
          ...databases.map((one) => asThing('database', unfinished(one.name) ? { ...one, mark: UNFINISHED } : one)),
          ...roles.map((one) => asThing('role', one)),
        ];
      }),
    discard: async ({ kind, name }) => {
      if (kind === 'role') await admin.locked(`roles:${instance}`, (session) => dropRole(session, name, instance));
      else if (kind !== 'database')
        throw new Failure('kind-unknown', { what: 'thing of PostgreSQL', kind, known: 'database, role' });
      // Whoever is making a database holds the lock of its temporary name: that one is no orphan.
      else if (unfinished(name)) await admin.tryLocked(name, (session) => remove(session, name));
      else await drop(admin, name, instance);
    },
  };
};

/** Nobody's: made by a crash. Whoever needed it makes it anew. */
const UNFINISHED = { slipway: '', owner: 'unfinished', at: '' };

const asThing = (kind: 'database' | 'role', { name, mark }: Found): OwnedThing => ({
  kind,
  name,
  owner: mark?.owner ?? '',
  createdAt: mark?.at || null,
});
