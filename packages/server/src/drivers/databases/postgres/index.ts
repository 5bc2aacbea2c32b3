import { createHash, randomBytes } from 'node:crypto';
import type { Secret } from '../../../domain/secret.ts';
import type { DatabaseServer, WarmPool } from '../../../ports/database-server.ts';
import type { Inventory, OwnedThing } from '../../../ports/inventory.ts';
import type { DatabaseAccess } from '../../../ports/workload.ts';
import { ServerClient } from './client.ts';
import { quoteName, quoteText } from './identifiers.ts';
import { readOwnership, writeOwnership } from './ownership.ts';

export interface PostgresSettings {
  /** Superuser, or a role with CREATEDB and CREATEROLE. */
  readonly url: Secret;
  readonly instance: string;
  /** How containers reach the same server. */
  readonly access: DatabaseAccess;
}

export type PostgresDriver = DatabaseServer & WarmPool & Inventory & { end(): Promise<void> };

/**
 * Databases of Odoo on one PostgreSQL server. What a template holds is owned by one role that nobody can log in as; each environment's role
 * is a member of it, so a copy needs no change of owners. Reaching a database is another matter: only its own role may connect.
 */
export const openPostgres = (settings: PostgresSettings): PostgresDriver => {
  const server = new PostgresServer(settings);
  return {
    access: settings.access,
    ensureRole: (role, password, owner) => server.ensureRole(role, password, owner),
    create: (database, role, owner) => server.create(database, role, owner),
    clone: (copy) => server.clone(copy),
    rename: (from, to) => server.rename(from, to),
    exists: (database) => server.exists(database),
    drop: (database) => server.drop(database),
    dropRole: (role) => server.dropRole(role),
    query: (database, statement, parameters) => server.client.within(database, (query) => query(statement, parameters)),
    freeze: (template) => server.freeze(template),
    take: (request) => server.take(request),
    fill: (template, want) => server.fill(template, want),
    drain: (template) => server.drain(template),
    owned: () => server.owned(),
    discard: (thing) => server.discard(thing),
    end: () => server.client.end(),
  };
};

class PostgresServer {
  readonly client: ServerClient;
  readonly #instance: string;
  readonly #shared: string;

  constructor(settings: PostgresSettings) {
    this.client = new ServerClient(settings.url);
    this.#instance = settings.instance;
    this.#shared = `slipway_${settings.instance}_odoo`;
  }

  async ensureRole(role: string, password: Secret, owner: string) {
    const name = quoteName(role);
    await this.client.withLock(`slipway.roles:${this.#instance}`, async () => {
      for (const [wanted, options] of [
        [this.#shared, 'nologin'],
        [role, 'login'],
      ] as const)
        if (!(await this.#roleExists(wanted)))
          await this.client.query(
            `create role ${quoteName(wanted)} ${options} nosuperuser nocreatedb nocreaterole noreplication`,
          );
      // The comment first: what dies from here on, the reaper knows.
      await this.#commentRole(role, owner);
      await this.client.query(`alter role ${name} password ${quoteText(password.reveal())} connection limit 60`);
      await this.client.query(`grant ${quoteName(this.#shared)} to ${name}`);
      await this.client.query(`grant ${name}, ${quoteName(this.#shared)} to current_user`);
    });
    return { asked: `role ${role}`, answered: {} };
  }

  async create(database: string, role: string, owner: string) {
    if (!(await this.exists(database))) {
      const temporary = this.#temporary();
      await this.client.query(
        `create database ${quoteName(temporary)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'`,
      );
      await this.#finish(temporary, database, role, owner);
    }
    return { asked: `create ${database}`, answered: {} };
  }

  async clone(copy: { from: string; to: string; role: string; owner: string }) {
    if (!(await this.exists(copy.to))) {
      await this.#clonePlain(copy.from, copy.to, copy.role, copy.owner);
    }
    return { asked: `clone ${copy.from} to ${copy.to}`, answered: {} };
  }

  async #clonePlain(from: string, to: string, role: string | null, owner: string): Promise<void> {
    const temporary = this.#temporary();
    const open = await this.#closeDoor(from);
    try {
      await this.client.query(`create database ${quoteName(temporary)} template ${quoteName(from)} strategy file_copy`);
    } finally {
      if (open) await this.client.query(`alter database ${quoteName(from)} allow_connections true`);
    }
    await this.#finish(temporary, to, role, owner);
  }

  /** No session may be on a database while it is copied. Returns whether it was open before. */
  async #closeDoor(database: string): Promise<boolean> {
    const rows = await this.client.query('select datallowconn from pg_database where datname = $1', [database]);
    const open = rows[0]?.['datallowconn'] === true;
    if (open) await this.client.query(`alter database ${quoteName(database)} allow_connections false`);
    await this.#endSessions(database);
    return open;
  }

  /** From the temporary name to the real one, with everything in place before anyone can find it. */
  async #finish(temporary: string, database: string, role: string | null, owner: string): Promise<void> {
    const name = quoteName(temporary);
    await this.client.query(`comment on database ${name} is ${quoteText(writeOwnership(this.#instance, owner))}`);
    await this.client.query(`revoke all on database ${name} from public`);
    if (role !== null) await this.#giveTo(temporary, role);
    await this.client.query(
      `alter database ${name} is_template false allow_connections ${role === null ? 'false' : 'true'}`,
    );
    await this.client.query(`alter database ${name} rename to ${quoteName(database)}`);
  }

  async #giveTo(database: string, role: string): Promise<void> {
    await this.client.query(`alter database ${quoteName(database)} owner to ${quoteName(role)}`);
    await this.client.query(`grant all on database ${quoteName(database)} to ${quoteName(role)}`);
  }

  async rename(from: string, to: string) {
    if (await this.exists(from)) {
      await this.#endSessions(from);
      await this.client.query(`alter database ${quoteName(from)} rename to ${quoteName(to)}`);
    }
    return { asked: `rename ${from} to ${to}`, answered: {} };
  }

  async exists(database: string): Promise<boolean> {
    return (await this.client.query('select 1 from pg_database where datname = $1', [database])).length > 0;
  }

  async drop(database: string) {
    if (await this.exists(database)) await this.client.query(`alter database ${quoteName(database)} is_template false`);
    await this.client.query(`drop database if exists ${quoteName(database)} with (force)`);
    return { asked: `drop ${database}`, answered: {} };
  }

  async dropRole(role: string) {
    if (await this.#roleExists(role)) {
      // What others own may be granted to the role; without this PostgreSQL refuses to let it go.
      await this.client.query(`drop owned by ${quoteName(role)}`);
      await this.client.query(`drop role if exists ${quoteName(role)}`);
    }
    return { asked: `drop role ${role}`, answered: {} };
  }

  /** What it holds goes to the shared role, so that copies are usable by any environment's role. */
  async freeze(template: string): Promise<void> {
    const rows = await this.client.query(
      'select pg_get_userbyid(datdba) as owner, datallowconn as open from pg_database where datname = $1',
      [template],
    );
    if (rows[0]?.['open'] !== true) return;
    const owner = String(rows[0]['owner']);
    await this.#endSessions(template);
    await this.client.within(template, (query) =>
      query(`reassign owned by ${quoteName(owner)} to ${quoteName(this.#shared)}`),
    );
    await this.#endSessions(template);
    await this.client.query(`revoke all on database ${quoteName(template)} from ${quoteName(owner)}`);
    await this.client.query(`alter database ${quoteName(template)} allow_connections false`);
  }

  async take(request: { template: string; to: string; role: string; owner: string }): Promise<boolean> {
    return this.client.withLock(`slipway.pool:${request.template}`, async () => {
      const [ready] = await this.#pooled(request.template);
      if (ready === undefined) return false;
      await this.client.query(
        `comment on database ${quoteName(ready)} is ${quoteText(writeOwnership(this.#instance, request.owner))}`,
      );
      await this.#giveTo(ready, request.role);
      await this.client.query(`alter database ${quoteName(ready)} allow_connections true`);
      await this.client.query(`alter database ${quoteName(ready)} rename to ${quoteName(request.to)}`);
      return true;
    });
  }

  async fill(template: string, want: number): Promise<number> {
    let made = 0;
    while ((await this.#pooled(template)).length < want && (await this.exists(template))) {
      const name = `${this.#poolPrefix(template)}${randomBytes(4).toString('hex')}`;
      await this.#clonePlain(template, name, null, `pool:${template}`);
      made++;
    }
    return made;
  }

  async drain(template: string): Promise<void> {
    await this.client.withLock(`slipway.pool:${template}`, async () => {
      for (const name of await this.#pooled(template)) await this.drop(name);
    });
  }

  async #pooled(template: string): Promise<string[]> {
    const rows = await this.client.query(
      'select datname from pg_database where starts_with(datname, $1) order by oid',
      [this.#poolPrefix(template)],
    );
    return rows.map((row) => String(row['datname']));
  }

  #poolPrefix(template: string): string {
    return `slipway_${this.#instance}_pool_${createHash('sha256').update(template).digest('hex').slice(0, 12)}_`;
  }

  #temporary(): string {
    return `slipway_${this.#instance}_tmp_${randomBytes(6).toString('hex')}`;
  }

  async owned(): Promise<OwnedThing[]> {
    const databases = await this.client.query(
      "select datname as name, shobj_description(oid, 'pg_database') as comment from pg_database",
    );
    const roles = await this.client.query(
      "select rolname as name, shobj_description(oid, 'pg_authid') as comment from pg_roles",
    );
    const things = (kind: 'database' | 'role', rows: readonly Readonly<Record<string, unknown>>[]): OwnedThing[] =>
      rows.flatMap((row) => {
        const name = String(row['name']);
        const owner = readOwnership(row['comment'], this.#instance);
        return owner === null ? [] : [{ kind, name, owner, createdAt: null }];
      });
    // A copy that never got its name has no comment either; its name says whose it was.
    const unfinished = databases
      .map((row) => String(row['name']))
      .filter((name) => name.startsWith(`slipway_${this.#instance}_tmp_`))
      .map((name) => ({ kind: 'database' as const, name, owner: 'unfinished', createdAt: null }));
    return [
      ...unfinished,
      ...things('database', databases).filter((one) => !unfinished.some(({ name }) => name === one.name)),
      ...things('role', roles),
    ];
  }

  async discard(thing: OwnedThing): Promise<void> {
    await (thing.kind === 'role' ? this.dropRole(thing.name) : this.drop(thing.name));
  }

  async #endSessions(database: string): Promise<void> {
    await this.client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
      [database],
    );
    // Termination is asked for, not waited for.
    for (let tries = 0; tries < 100; tries++) {
      const rows = await this.client.query(
        'select 1 from pg_stat_activity where datname = $1 and pid <> pg_backend_pid() limit 1',
        [database],
      );
      if (rows.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #roleExists(role: string): Promise<boolean> {
    return (await this.client.query('select 1 from pg_roles where rolname = $1', [role])).length > 0;
  }

  async #commentRole(role: string, owner: string): Promise<void> {
    await this.client.query(
      `comment on role ${quoteName(role)} is ${quoteText(writeOwnership(this.#instance, owner))}`,
    );
  }
}
