import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import { quoteName } from '../../../domain/quote.ts';
import type { AdminClient, Session } from './client.ts';
import { find, type Mark, mark, refuseStrangers } from './ownership.ts';
import { sharedRole } from './roles.ts';

const TERMINATE =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()';
const TERMINATE_EVERY_MS = 100;

/** Every database that is being made has such a name, so that a crash leaves nothing that looks finished. */
export const temporaryPrefix = (instance: string): string => `slipway_tmp_${digest(instance).slice(0, 8)}_`;
export const temporaryName = (instance: string, target: string): string =>
  `${temporaryPrefix(instance)}${digest(target).slice(0, 16)}`;
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export const exists = async (session: Session, database: string): Promise<boolean> =>
  (await session.run('SELECT 1 FROM pg_database WHERE datname = $1', [database])).length > 0;

/** Present and ours; a stranger of that name is refused. */
export const isOurs = async (session: Session, database: string, instance: string): Promise<boolean> => {
  const found = await find(session, 'DATABASE', database);
  if (found !== null) refuseStrangers('DATABASE', found, instance);
  return found !== null;
};

/**
 * PostgreSQL waits up to 5 s for the last session of a database to leave, and lets no new one in meanwhile. So the
 * sessions are ended while it waits: a busy Odoo that reconnects at once cannot slip in between.
 */
export const withoutSessions = async <T>(admin: AdminClient, database: string, work: () => Promise<T>): Promise<T> =>
  admin.session(async (session) => {
    const terminate = (): Promise<unknown> => session.run(TERMINATE, [database]);
    await terminate();
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      void terminate()
        .catch(() => undefined)
        .finally(() => {
          busy = false;
        });
    }, TERMINATE_EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  });

export const remove = async (session: Session, database: string): Promise<void> => {
  // A frozen template refuses connections, and PostgreSQL drops it all the same.
  await session.run(`DROP DATABASE IF EXISTS ${quoteName(database)} WITH (FORCE)`);
};

export interface NewDatabase {
  readonly name: string;
  /** The database to copy; null makes an empty one as Odoo itself would. */
  readonly from: string | null;
  /** Null: the administrator, so nobody else connects. */
  readonly role: string | null;
  readonly value: Mark;
}

/** Made, closed to everybody else and marked under a temporary name; the rename comes last. True when it made one. */
export const make = (admin: AdminClient, wanted: NewDatabase): Promise<boolean> => {
  const temporary = temporaryName(wanted.value.slipway, wanted.name);
  return admin.locked(temporary, async (session) => {
    if (await isOurs(session, wanted.name, wanted.value.slipway)) return false;
    // Left by a crash: the lock is ours, so nobody is making it.
    await remove(session, temporary);
    const source =
      wanted.from === null ? `TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'` : `TEMPLATE ${quoteName(wanted.from)}`;
    const owner = wanted.role === null ? '' : `OWNER ${quoteName(wanted.role)}`;
    const create = (): Promise<unknown> => session.run(`CREATE DATABASE ${quoteName(temporary)} ${owner} ${source}`);
    await (wanted.from === null ? create() : withoutSessions(admin, wanted.from, create));
    await session.run(`REVOKE ALL ON DATABASE ${quoteName(temporary)} FROM PUBLIC`);
    await mark(session, 'DATABASE', temporary, wanted.value);
    await session.run(`ALTER DATABASE ${quoteName(temporary)} RENAME TO ${quoteName(wanted.name)}`);
    return true;
  });
};

export const rename = async (admin: AdminClient, from: string, to: string, instance: string): Promise<boolean> =>
  admin.session(async (session) => {
    if (!(await isOurs(session, from, instance))) {
      if (await isOurs(session, to, instance)) return false;
      throw new Failure('database-refused', { reason: `neither database ${from} nor ${to} exists` });
    }
    await withoutSessions(admin, from, () =>
      session.run(`ALTER DATABASE ${quoteName(from)} RENAME TO ${quoteName(to)}`),
    );
    return true;
  });

/** What is inside goes to the shared role, the database to the administrator, and nobody can connect any more. */
export const freeze = async (admin: AdminClient, database: string, instance: string): Promise<void> => {
  const [row] = await admin.session((session) =>
    session.run(
      `SELECT datallowconn AS open, pg_get_userbyid(datdba) AS role, pg_get_userbyid(datdba) = current_user AS mine
         FROM pg_database WHERE datname = $1`,
      [database],
    ),
  );
  if (row === undefined) throw new Failure('database-refused', { reason: `database ${database} does not exist` });
  if (row.open === false) return;
  await admin.session((session) => isOurs(session, database, instance));
  if (row.mine !== true)
    await admin.session((session) => giveToShared(session, database, String(row.role), instance), database);
  await admin.session(async (session) => {
    await session.run('BEGIN');
    await session.run(`ALTER DATABASE ${quoteName(database)} OWNER TO CURRENT_USER`);
    await session.run(`REVOKE ALL ON DATABASE ${quoteName(database)} FROM PUBLIC`);
    await session.run(`ALTER DATABASE ${quoteName(database)} ALLOW_CONNECTIONS false`);
    await session.run('COMMIT');
    await session.run(TERMINATE, [database]);
  });
};

/** REASSIGN OWNED also takes the role's other databases, which would open them to every member of the shared role: they are given back. */
const giveToShared = async (session: Session, database: string, role: string, instance: string): Promise<void> => {
  await session.run('BEGIN');
  const others = await session.run(
    'SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = $1 AND datname <> $2',
    [role, database],
  );
  await session.run(`REASSIGN OWNED BY ${quoteName(role)} TO ${quoteName(sharedRole(instance))}`);
  for (const other of others)
    await session.run(`ALTER DATABASE ${quoteName(String(other.datname))} OWNER TO ${quoteName(role)}`);
  await session.run('COMMIT');
};
