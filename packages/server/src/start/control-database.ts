import { Failure } from '@slipway/contracts/failure';
import pg from 'pg';
import { Secret } from '../domain/secret.ts';

/** Slipway's own tables live in a database of their own on the same server, so no Odoo role ever shares one with them. */
export const ensureDatabase = async (url: Secret, instance: string): Promise<Secret> => {
  const name = `slipway_${instance}_control`;
  const client = new pg.Client({ connectionString: url.reveal() });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rows.length === 0) {
      await client.query(`create database ${pg.escapeIdentifier(name)}`);
      await client.query(`revoke all on database ${pg.escapeIdentifier(name)} from public`);
    }
  } catch (error) {
    throw new Failure(
      'database-unreachable',
      { reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
  const own = new URL(url.reveal());
  own.pathname = `/${name}`;
  return new Secret(own.toString());
};

const IN_USE = new Set(['2BP01', '42501']);

/**
 * The last of `down --purge` on a server of the user's: our own database, and the roles that are left. `slipway_app` belongs to the whole
 * server: it goes when no other Slipway has granted it anything, and nobody is a member of it. Returns the roles that had to stay.
 */
export const dropControlDatabase = async (url: Secret, instance: string): Promise<string[]> => {
  const client = new pg.Client({ connectionString: url.reveal() });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`drop database if exists ${pg.escapeIdentifier(`slipway_${instance}_control`)} with (force)`);
    const kept: string[] = [];
    for (const role of [`slipway_${instance}_odoo`, 'slipway_app'])
      if (!(await dropUnused(client, role))) kept.push(role);
    return kept;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const MEMBERS = `select from pg_auth_members where roleid = $1::text::regrole and member <> current_user::regrole`;

const dropUnused = async (client: pg.Client, role: string): Promise<boolean> => {
  const { rowCount: present } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (present === 0) return true;
  const { rowCount: members } = await client.query(MEMBERS, [pg.escapeIdentifier(role)]);
  if (members !== 0) return false;
  try {
    await client.query(`drop role if exists ${pg.escapeIdentifier(role)}`);
    return true;
  } catch (error) {
    if (IN_USE.has((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
};
