import { quoteName, quoteText } from '../../../domain/quote.ts';
import type { Secret } from '../../../domain/secret.ts';
import { type Session, verifierOf } from './client.ts';
import { sqlState } from './failures.ts';
import { find, type Mark, mark, refuseStrangers } from './ownership.ts';

/** Enough for two slots with workers at once; one environment cannot eat up the server's connections. */
const CONNECTIONS = 64;
/** "Role exists already": another control plane was quicker. */
const DUPLICATES = new Set(['42710', '23505']);

/** Owns what is inside templates. Every environment's role is a member, so a copy needs no change of owners. Nobody can log in as it. */
export const sharedRole = (instance: string): string => `slipway_${instance}_odoo`.slice(0, 63);

/** Creates a role or leaves the one that is there. Non-superusers must belong to a role to give it databases. */
const ensureExists = async (
  session: Session,
  role: string,
  options: 'NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE' | 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE',
): Promise<void> => {
  const [present] = await session.run('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (present === undefined) {
    try {
      await session.run(`CREATE ROLE ${quoteName(role)} ${options}`);
    } catch (error) {
      if (!DUPLICATES.has(sqlState(error) ?? '')) throw error;
    }
  }
  const [admin] = await session.run(
    `SELECT rolsuper OR pg_has_role(current_user, $1, 'MEMBER') AS enough FROM pg_roles WHERE rolname = current_user`,
    [role],
  );
  // PostgreSQL 16 makes the creator a member who may administer the role, not one who may act as it: so ask for that too.
  const [server] = await session.run(
    `SELECT current_setting('server_version_num')::int >= 160000 AS modern, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super`,
  );
  if (server?.super === true || (admin?.enough === true && server?.modern !== true)) return;
  const options16 = server?.modern === true ? ' WITH INHERIT TRUE, SET TRUE' : '';
  await session.run(`GRANT ${quoteName(role)} TO CURRENT_USER${options16}`);
};

export const ensureShared = async (session: Session, instance: string): Promise<void> =>
  ensureExists(session, sharedRole(instance), 'NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE');

export const ensureRole = async (
  session: Session,
  wanted: { readonly role: string; readonly password: Secret; readonly value: Mark },
): Promise<boolean> => {
  const { role, value } = wanted;
  const found = await find(session, 'ROLE', role);
  if (found !== null) refuseStrangers('ROLE', found, value.slipway);
  await ensureShared(session, value.slipway);
  // Role, mark and password in one transaction: after a crash there is a whole role or none.
  await session.run('BEGIN');
  await ensureExists(session, role, 'NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE');
  await session.run(
    `ALTER ROLE ${quoteName(role)} LOGIN CONNECTION LIMIT ${CONNECTIONS} PASSWORD ${quoteText(verifierOf(wanted.password))}`,
  );
  await session.run(`GRANT ${quoteName(sharedRole(value.slipway))} TO ${quoteName(role)}`);
  if (found === null) await mark(session, 'ROLE', role, value);
  await session.run('COMMIT');
  return found === null;
};

export const dropRole = async (session: Session, role: string, instance: string): Promise<boolean> => {
  const found = await find(session, 'ROLE', role);
  if (found === null) return false;
  refuseStrangers('ROLE', found, instance);
  await session.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
  await session.run(`DROP ROLE IF EXISTS ${quoteName(role)}`);
  return true;
};
