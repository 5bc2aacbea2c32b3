import { Failure } from '@slipway/contracts/failure';
import type { Receipt } from '../../../domain/receipt.ts';
import type { DatabaseServer, WarmPool } from '../../../ports/database-server.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import type { DatabaseAccess } from '../../../ports/workload.ts';
import { fingerprint } from './client.ts';
import type { MemoryDatabase, MemoryWorld } from './world.ts';

const ACCESS: DatabaseAccess = { host: 'memory', port: 5432, socketFolder: null };

const refused = (reason: string): Failure => new Failure('database-refused', { reason });
const receipt = (asked: string, changed: boolean): Receipt => ({ asked, answered: { changed } });

export const openMemoryDatabases = (world: MemoryWorld): DatabaseServer & WarmPool & Inventory => ({
  ...openServer(world),
  ...openPool(world),
  ...openInventory(world),
});

const make = (world: MemoryWorld, name: string, one: Omit<MemoryDatabase, 'at' | 'frozen'>): boolean => {
  if (world.databases.has(name)) return false;
  if (one.role !== null && !world.roles.has(one.role)) throw refused(`role "${one.role}" does not exist`);
  world.databases.set(name, { ...one, at: world.now(), frozen: false });
  world.changed(`created database ${name}`);
  return true;
};

const find = (world: MemoryWorld, name: string): MemoryDatabase => {
  const found = world.databases.get(name);
  if (found === undefined) throw refused(`database "${name}" does not exist`);
  return found;
};

const rename = (world: MemoryWorld, from: string, to: string): boolean => {
  const found = world.databases.get(from);
  if (found === undefined) {
    if (world.databases.has(to)) return false;
    throw refused(`neither database ${from} nor ${to} exists`);
  }
  if (world.databases.has(to)) throw refused(`database "${to}" already exists`);
  world.databases.delete(from);
  world.databases.set(to, found);
  world.changed(`renamed database ${from} to ${to}`);
  return true;
};

const drop = (world: MemoryWorld, name: string): boolean => {
  const gone = world.databases.delete(name);
  if (gone) world.changed(`dropped database ${name}`);
  return gone;
};

const dropRole = (world: MemoryWorld, role: string): boolean => {
  if ([...world.databases.values()].some((one) => one.role === role))
    throw refused(`role "${role}" still owns a database`);
  const gone = world.roles.delete(role);
  if (gone) world.changed(`dropped role ${role}`);
  return gone;
};

const ensureRole = (world: MemoryWorld, role: string, password: string, owner: string): boolean => {
  const found = world.roles.get(role);
  if (found !== undefined) {
    found.password = password;
    return false;
  }
  world.roles.set(role, { owner, at: world.now(), password });
  world.changed(`created role ${role}`);
  return true;
};

const openServer = (world: MemoryWorld): DatabaseServer => ({
  access: ACCESS,
  ensureRole: (role, password, owner) =>
    world.call('databases.ensureRole', () =>
      receipt(`role ${role}`, ensureRole(world, role, fingerprint(password), owner)),
    ),
  create: (database, role, owner) =>
    world.call('databases.create', () =>
      receipt(`create ${database}`, make(world, database, { role, owner, content: [] })),
    ),
  clone: ({ from, to, role, owner }) =>
    world.call('databases.clone', () => {
      if (world.databases.has(to)) return receipt(`clone ${from} to ${to}`, false);
      const content = [...find(world, from).content];
      return receipt(`clone ${from} to ${to}`, make(world, to, { role, owner, content }));
    }),
  rename: (from, to) =>
    world.call('databases.rename', () => receipt(`rename ${from} to ${to}`, rename(world, from, to))),
  exists: (database) => world.call('databases.exists', () => world.databases.has(database)),
  drop: (database) => world.call('databases.drop', () => receipt(`drop ${database}`, drop(world, database))),
  dropRole: (role) => world.call('databases.dropRole', () => receipt(`drop role ${role}`, dropRole(world, role))),
  query: (database, statement, parameters = []) =>
    world.call('databases.query', () => {
      if (find(world, database).frozen) throw refused(`database "${database}" is not currently accepting connections`);
      return world.options.answer?.(database, statement, parameters) ?? [];
    }),
});

const copiesOf = (world: MemoryWorld, template: string): string[] =>
  [...world.databases].filter(([, one]) => one.owner === `pool:${template}`).map(([name]) => name);

const openPool = (world: MemoryWorld): WarmPool => ({
  freeze: (template) =>
    world.call('pool.freeze', () => {
      find(world, template).frozen = true;
    }),
  take: ({ template, to, role, owner }) =>
    world.call('pool.take', () => {
      if (world.databases.has(to)) return true;
      const [copy] = copiesOf(world, template);
      if (copy === undefined) return false;
      rename(world, copy, to);
      Object.assign(find(world, to), { role, owner });
      return true;
    }),
  fill: (template, want) =>
    world.call('pool.fill', () => {
      const content = find(world, template).content;
      for (let number = 1; copiesOf(world, template).length < want; number++)
        make(world, `slipway_pool_${template}_${number}`, {
          role: null,
          owner: `pool:${template}`,
          content: [...content],
        });
      return copiesOf(world, template).length;
    }),
  drain: (template) =>
    world.call('pool.drain', () => {
      for (const name of copiesOf(world, template)) drop(world, name);
    }),
});

const openInventory = (world: MemoryWorld): Inventory => ({
  owned: () =>
    world.call('databases.owned', () => [
      ...[...world.databases].map(([name, { owner, at }]) => ({
        kind: 'database' as const,
        name,
        owner,
        createdAt: at,
      })),
      ...[...world.roles].map(([name, { owner, at }]) => ({ kind: 'role' as const, name, owner, createdAt: at })),
    ]),
  discard: ({ kind, name }) =>
    world.call('databases.discard', () => {
      if (kind === 'role') dropRole(world, name);
      else drop(world, name);
    }),
});
