/** For tests: the real server as the contract's world. What a role writes is written with the role's rights. */
import pg from 'pg';
import { Secret } from '../../../domain/secret.ts';
import type { DatabaseWorld } from '../../../ports/database-server.contract.ts';
import { openPostgres, type PostgresDriver } from './index.ts';

export interface TestServer {
  readonly adminUrl: string;
  open(url: string, instance: string): PostgresDriver;
  urlFor(database: string, login?: { readonly user: string; readonly password: string }): string;
  contractWorld(url: string, instance: string, close: () => Promise<void>): DatabaseWorld;
}

export const ask = async (url: string, ...statements: readonly string[]): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
};

export const testServer = (adminUrl: string, socketFolder: string | null): TestServer => {
  const access = { host: '127.0.0.1', port: 5432, socketFolder };
  const open = (url: string, instance: string): PostgresDriver =>
    openPostgres({ url: new Secret(url), instance, access });
  const urlFor: TestServer['urlFor'] = (database, login) => {
    const url = new URL(adminUrl);
    url.pathname = `/${database}`;
    if (login) {
      url.username = login.user;
      url.password = login.password;
    }
    return url.toString();
  };
  const contractWorld = (url: string, instance: string, close: () => Promise<void>): DatabaseWorld => {
    const server = open(url, instance);
    const another = open(url, instance);
    return {
      databases: server,
      pool: server,
      inventory: server,
      second: () => ({ databases: another, pool: another }),
      write: async (database, role, text) => {
        await ask(
          urlFor(database),
          `SET ROLE "${role}"`,
          'CREATE TABLE IF NOT EXISTS notes (text text)',
          `ALTER TABLE notes ADD COLUMN IF NOT EXISTS "c${Math.random()}" int`,
          `INSERT INTO notes (text) VALUES ('${text}')`,
        );
      },
      read: async (database) => (await ask(urlFor(database), 'SELECT text FROM notes')).map((row) => String(row.text)),
      close: async () => {
        await Promise.all([server.end(), another.end()]);
        await close();
      },
    };
  };
  return { adminUrl, open, urlFor, contractWorld };
};
