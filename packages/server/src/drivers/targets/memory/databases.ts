import { Failure } from '@slipway/contracts/failure';
import type { DatabaseServer, Statement, WarmPool } from '../../../ports/database-server.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import { type MemoryDatabase, receipt, type World } from './world.ts';

/** As many as an Odoo with a few modules has. */
const MODELS = 200;

const refused = (reason: string): Failure => new Failure('database-refused', { reason });

const requireDatabase = (world: World, name: string): MemoryDatabase => {
  const found = world.databases.get(name);
  if (found === undefined) throw refused(`database "${name}" does not exist`);
  return found;
};

type NewDatabase = Pick<MemoryDatabase, 'owner' | 'role' | 'modules'> & {
  readonly neutral?: boolean;
  readonly queued?: boolean;
  readonly closed?: boolean;
  readonly contents?: MemoryDatabase['contents'];
};

const add = (world: World, name: string, database: NewDatabase): void => {
  if (!world.roles.has(database.role)) throw refused(`role "${database.role}" does not exist`);
  const createdAt = world.now().toISOString();
  const { contents = new Map(), neutral = false, queued = false, closed = false, ...rest } = database;
  const made = { ...rest, neutral, queued, closed, contents: new Map(contents), restoring: false };
  world.databases.set(name, { ...made, createdAt, statements: 0, frozen: false });
};

/** PostgreSQL as far as Slipway sees it: names, owners, and which modules a database holds. */
export const openMemoryDatabases = (world: World): DatabaseServer & WarmPool & Inventory => ({
  ...server(world),
  ...pool(world),
  ...inventory(world),
});

const server = (world: World): DatabaseServer => ({
  access: { host: 'memory', port: 5432, socketFolder: null },
  ...roles(world),
  create: (database, role, owner) =>
    world.act('databases.create', () => {
      if (!world.databases.has(database)) {
        add(world, database, { owner, role, modules: new Map() });
        world.count('databases.create');
      }
      return receipt(`create ${database}`);
    }),
  clone: ({ from, to, role, owner }) =>
    world.act('databases.clone', () => {
      if (!world.databases.has(to)) {
        const { modules, ...rest } = requireDatabase(world, from);
        if (rest.restoring) throw refused(`database "${from}" is being restored`);
        add(world, to, { ...rest, owner, role, modules: new Map(modules) });
        world.count('databases.clone');
      }
      return receipt(`clone ${from} to ${to}`);
    }),
  rename: (from, to) => world.act('databases.rename', () => rename(world, from, to)),
  exists: async (database) => {
    await world.fault({ method: 'databases.exists', when: 'before' });
    return world.databases.has(database);
  },
  drop: (database) =>
    world.act('databases.drop', () => {
      if (world.databases.delete(database)) world.count('databases.drop');
      return receipt(`drop ${database}`);
    }),
  query: (database, statements) => {
    const text = statements.map((statement) => statement.text).join(';');
    const rights = RIGHTS.find(({ says }) => says.test(text));
    return rights === undefined
      ? world.act('databases.query', () => ask(world, database, statements))
      : world.act(`databases.${rights.method}`, () => setRights(world, database, rights));
  },
});

/** What odoo/close-to-writes.ts says. */
const RIGHTS = [
  { method: 'close', closed: true, says: /^\s*revoke insert, update, delete/ },
  { method: 'open', closed: false, says: /^\s*grant all on all tables/ },
] as const;

const setRights = (world: World, name: string, { method, closed }: (typeof RIGHTS)[number]): [] => {
  const found = requireDatabase(world, name);
  if (found.closed !== closed) world.count(`databases.${method}`);
  found.closed = closed;
  return [];
};

const ask = (world: World, database: string, statements: readonly Statement[]): Readonly<Record<string, unknown>>[] => {
  const last = statements.at(-1)?.text ?? '';
  // Asked of the server, not of one database; nobody is ever at work here.
  if (/\bpg_stat_activity\b/.test(last)) return [{ busy: 0, cut: 0 }];
  const found = requireDatabase(world, database);
  if (/\bstore_fname\b/.test(last))
    return (found.contents.get('ir_attachment') ?? []).map(({ store_fname }) => ({ path: store_fname }));
  const rows = [...found.modules].map(([name, state]) => ({ name, state }));
  if (/\bir_model\b/.test(last)) return rows.map((row) => ({ ...row, models: MODELS }));
  if (/^\s*select\b/i.test(last)) return rows;
  found.statements += statements.length;
  world.count('databases.query');
  return [];
};

const roles = (world: World): Pick<DatabaseServer, 'ensureRole' | 'dropRole'> => ({
  ensureRole: (role, _password, owner) =>
    world.act('databases.ensureRole', () => {
      if (!world.roles.has(role)) world.count('databases.ensureRole');
      world.roles.set(role, owner);
      return receipt(`role ${role}`);
    }),
  dropRole: (role) =>
    world.act('databases.dropRole', () => {
      // As PostgreSQL does: a role that owns something stays.
      const owned = [...world.databases].find(([, database]) => database.role === role);
      if (owned !== undefined) throw refused(`role "${role}" cannot be dropped because it owns ${owned[0]}`);
      if (world.roles.delete(role)) world.count('databases.dropRole');
      return receipt(`drop role ${role}`);
    }),
});

const rename = (world: World, from: string, to: string) => {
  const found = world.databases.get(from);
  if (found === undefined) {
    requireDatabase(world, to);
    return receipt(`rename ${from} to ${to}`, { done: 'before' });
  }
  if (world.databases.has(to)) throw refused(`database "${to}" already exists`);
  world.databases.delete(from);
  world.databases.set(to, found);
  world.count('databases.rename');
  return receipt(`rename ${from} to ${to}`);
};

const pooled = (world: World, template: string): string[] =>
  [...world.databases].filter(([, { owner }]) => owner === `pool:${template}`).map(([name]) => name);

const pool = (world: World): WarmPool => ({
  freeze: (template) =>
    world.act('pool.freeze', () => {
      requireDatabase(world, template).frozen = true;
    }),
  take: ({ template, to, role, owner }) =>
    world.act('pool.take', () => {
      // Handed out before, and only the answer was lost.
      if (world.databases.has(to)) return true;
      const [ready] = pooled(world, template);
      if (ready === undefined) return false;
      add(world, to, { owner, role, modules: new Map(requireDatabase(world, ready).modules) });
      world.databases.delete(ready);
      world.count('pool.take');
      return true;
    }),
  fill: (template, want) =>
    world.act('pool.fill', () => {
      const source = requireDatabase(world, template);
      for (let count = pooled(world, template).length; count < want; count++)
        add(world, `${template}_pool_${world.nextNumber()}`, {
          owner: `pool:${template}`,
          role: source.role,
          modules: new Map(source.modules),
        });
      return pooled(world, template).length;
    }),
  drain: (template) =>
    world.act('pool.drain', () => {
      for (const name of pooled(world, template)) world.databases.delete(name);
    }),
});

const inventory = (world: World): Inventory => ({
  // Databases before roles: a role that owns one cannot go.
  owned: async () => [
    ...[...world.databases].map(([name, { owner, createdAt }]) => ({
      kind: 'database' as const,
      name,
      owner,
      createdAt,
    })),
    ...[...world.roles].map(([name, owner]) => ({ kind: 'role' as const, name, owner, createdAt: null })),
  ],
  discard: (thing) =>
    world.act('databases.discard', () => {
      if (thing.kind === 'database') world.databases.delete(thing.name);
      if (thing.kind === 'role') world.roles.delete(thing.name);
    }),
});
