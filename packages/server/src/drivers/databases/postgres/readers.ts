import { quoteName, quoteText } from '../../../domain/quote.ts';
import type { ReadingRole, ReadingRoles } from '../../../ports/reading-roles.ts';
import { type AdminClient, type Session, verifierOf } from './client.ts';
import { find, mark, refuseStrangers } from './ownership.ts';
import { dropRole } from './roles.ts';

/** People have a few windows open; a reader cannot eat up the server's connections. */
const CONNECTIONS = 5;
const SCHEMAS = `SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`;

/**
 * Roles with SELECT on the tables of one database and no more. Not pg_read_all_data: that would read every database of the server which
 * lets everybody connect. That new transactions are read only is for whoever mistypes; what holds is that there is no other right.
 */
export const openReaders = (admin: AdminClient, instance: string, now: () => Date): ReadingRoles => ({
  ensureReader: async (reader) => {
    await admin.locked(`roles:${instance}`, (session) => makeRole(session, reader, { instance, at: now() }));
    await admin.session((session) => grantReading(session, reader.role), reader.database);
    return { asked: `reader ${reader.role} of ${reader.database}`, answered: {} };
  },
  dropReader: async (role) => {
    const found = await admin.session((session) => find(session, 'ROLE', role));
    if (found === null) return { asked: `drop reader ${role}`, answered: { changed: false } };
    refuseStrangers('ROLE', found, instance);
    const lost = await admin.session(async (session) => {
      await session.run(`ALTER ROLE ${quoteName(role)} NOLOGIN`);
      await session.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
      return session.run(TRACES, [role]);
    });
    // A copy of its database was made meanwhile, with what it may do there.
    for (const { name } of lost)
      await admin.session((session) => session.run(`DROP OWNED BY ${quoteName(role)}`), String(name));
    await admin.locked(`roles:${instance}`, async (session) => {
      await session.run(`DROP OWNED BY ${quoteName(role)}`);
      await dropRole(session, role, instance);
    });
    return { asked: `drop reader ${role}`, answered: { changed: true } };
  },
});

/** Databases in which it was given something, or made something: anybody may make a large object. */
const TRACES = `SELECT DISTINCT d.datname AS name FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
  WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = $1)`;

const makeRole = async (
  session: Session,
  { role, password, owner, until, database }: ReadingRole,
  { instance, at }: { readonly instance: string; readonly at: Date },
): Promise<void> => {
  const found = await find(session, 'ROLE', role);
  if (found !== null) refuseStrangers('ROLE', found, instance);
  const name = quoteName(role);
  // All of it or nothing: after a crash there is no role without its mark, its limit and its end.
  await session.run('BEGIN');
  if (found === null) await session.run(`CREATE ROLE ${name} NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT`);
  await session.run(
    `ALTER ROLE ${name} LOGIN CONNECTION LIMIT ${CONNECTIONS} PASSWORD ${quoteText(verifierOf(password))}
       VALID UNTIL ${quoteText(until)}`,
  );
  await session.run(`ALTER ROLE ${name} SET default_transaction_read_only = on`);
  // A question that nobody waits for any more holds up a deployment.
  await session.run(`ALTER ROLE ${name} SET statement_timeout = '15min'`);
  await session.run(`ALTER ROLE ${name} SET idle_in_transaction_session_timeout = '5min'`);
  await session.run(`GRANT CONNECT ON DATABASE ${quoteName(database)} TO ${name}`);
  if (found === null) await mark(session, 'ROLE', role, { slipway: instance, owner, at: at.toISOString() });
  await session.run('COMMIT');
};

const grantReading = async (session: Session, role: string): Promise<void> => {
  const schemas = await session.run(SCHEMAS);
  await session.run('BEGIN');
  // Odoo waits for nothing here, and we wait for none of its locks.
  await session.run(`SET LOCAL lock_timeout = '10s'`);
  for (const { name } of schemas) {
    const schema = quoteName(String(name));
    await session.run(`GRANT USAGE ON SCHEMA ${schema} TO ${quoteName(role)}`);
    await session.run(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${quoteName(role)}`);
  }
  await session.run('COMMIT');
};
