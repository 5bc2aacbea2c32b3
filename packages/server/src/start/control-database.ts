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

/** The last of `down --purge` on a server of the user's: our own database, and the role that owned what was in templates. */
export const dropControlDatabase = async (url: Secret, instance: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url.reveal() });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`drop database if exists ${pg.escapeIdentifier(`slipway_${instance}_control`)} with (force)`);
    await client.query(`drop role if exists ${pg.escapeIdentifier(`slipway_${instance}_odoo`)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
};
