import { join } from 'node:path';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openCopier } from '../../packages/server/src/drivers/databases/postgres/copy/index.ts';
import { runners } from '../../packages/server/src/drivers/databases/postgres/transactions.ts';
import { openFilestores } from '../../packages/server/src/drivers/filestores/index.ts';
import { memoryAddresses, openMemoryCopier } from '../../packages/server/src/drivers/targets/memory/copier.ts';
import type { MemoryDrivers } from '../../packages/server/src/drivers/targets/memory/index.ts';
import type { World } from '../../packages/server/src/drivers/targets/memory/world.ts';
import type { BlobStore } from '../../packages/server/src/ports/blob-store.ts';
import type { DatabaseCopier, ExportSession } from '../../packages/server/src/ports/database-copy.ts';
import type { SqlDatabases } from '../../packages/server/src/ports/sql-databases.ts';
import { openSnapshotStores } from '../../packages/server/src/start/snapshot-stores.ts';
import { onServer } from '../setup/database.ts';
import type { Equip } from './make-slipway.ts';
import { never } from './mortal-pool.ts';

/** What the work of a dead process meets. It has to end, unlike a port's call, because threads and connections wait for its end. */
class Died extends Error {}

type OrDied = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * A site with data: production is a real database, stores and filestores are real folders below the site's, and what is restored is in
 * memory. Each effect on them is a place where `world.fault` may strike.
 */
export const equipWithData: Equip = (at) => equipWithProduction(null)(at);

/** `inMemory`: address of the data that a backup of a production in memory has; null: none is made of one. */
export const equipWithProduction =
  (inMemory: string | null): Equip =>
  ({ site, drivers, secrets, life, died }) => {
    const orDied: OrDied = async (work) => {
      if (life.dead) throw new Died();
      return Promise.race([
        work(),
        died.then(() => {
          throw new Died();
        }),
      ]);
    };
    const { world } = site;
    const stores = openSnapshotStores(join(site.data, 'snapshots'), secrets);
    return {
      drivers: {
        filestores: watchedFilestores(world, join(site.data, 'filestores')),
        sql: withProduction(drivers.sql),
        workload: movable(drivers.workload, site.data),
      },
      ports: {
        addresses: memoryAddresses,
        copier: copierOf(world, { owner: life.owner, inMemory }, orDied),
        stores: {
          giveKey: (project, key) => stores.giveKey(project, key),
          open: async (project, settings) => {
            const { store, key } = await stores.open(project, settings);
            return { store: watchedStore(world, store, orDied), key };
          },
        },
      },
    };
  };

const watchedStore = (world: World, inner: BlobStore, orDied: OrDied): BlobStore => ({
  kind: inner.kind,
  put: (name, content) => orDied(() => world.act('store.put', () => inner.put(name, content))),
  remove: (name) => orDied(() => world.act('store.remove', () => inner.remove(name))),
  get: (name) => orDied(() => inner.get(name)),
  size: (name) => orDied(() => inner.size(name)),
  list: (prefix) => inner.list(prefix),
  stream: (name) => inner.stream(name),
});

const watchedFilestores = (world: World, root: string): MemoryDrivers['filestores'] => {
  const inner = openFilestores(root);
  return {
    ensure: (owner) => world.act('filestores.ensure', () => inner.ensure(owner)),
    clone: (from, to) => world.act('filestores.clone', () => inner.clone(from, to)),
    // A place to die at is where something is waited for.
    expect: () => undefined,
    alias: (...which) => world.act('filestores.alias', () => inner.alias(...which)),
    add: (from, to) => world.act('filestores.add', () => inner.add(from, to)),
    retain: (of, keep) => world.act('filestores.retain', () => inner.retain(of, keep)),
    remove: (owner) => world.act('filestores.remove', () => inner.remove(owner)),
    owned: () => inner.owned(),
    discard: (thing) => world.act('filestores.discard', () => inner.discard(thing)),
  };
};

/** The copy of a site has its files elsewhere, and its containers are the same nevertheless. */
const movable = (inner: MemoryDrivers['workload'], data: string): MemoryDrivers['workload'] => ({
  ...inner,
  boot: (spec) =>
    inner.boot({ ...spec, mounts: spec.mounts.map((mount) => ({ ...mount, from: mount.from.replace(data, '') })) }),
});

/** Production is asked by its address, which the memory target does not know. */
const withProduction = (inner: SqlDatabases): SqlDatabases => ({
  write: inner.write,
  read: (login, work) =>
    'url' in login
      ? onServer(login.url.reveal(), async (client) => work({ ...runners(client), script: never }))
      : inner.read(login, work),
});

/** pg_dump takes longer than all the rest here, and production does not change. */
const schemas = new Map<string, Promise<Buffer>>();

const copierOf = (
  world: World,
  { owner, inMemory: stands }: { readonly owner: string; readonly inMemory: string | null },
  orDied: OrDied,
): DatabaseCopier => {
  const real = openCopier({ tools: { docker: null } });
  const inMemory = openMemoryCopier(world);
  const open: DatabaseCopier['open'] = async (from, options) => {
    // By this name PostgreSQL ends its connections when the process is killed.
    const asked = from.url.reveal();
    const url = new URL(stands !== null && asked.startsWith('memory:') ? stands : asked);
    url.searchParams.set('application_name', owner);
    const session = await orDied(() => real.open({ url: new Secret(url.toString()) }, options));
    return mortalSession(session, orDied, () => {
      const known = schemas.get(url.pathname) ?? session.schema();
      schemas.set(url.pathname, known);
      // A process that died under it is no reason for the others to have none.
      known.catch(() => schemas.delete(url.pathname));
      return known;
    });
  };
  return {
    open,
    serverVersion: (at) => orDied(() => inMemory.serverVersion(at)),
    restoreSchema: (to, schema, signal) => orDied(() => inMemory.restoreSchema(to, schema, signal)),
    copyIn: (to, table, rows) => orDied(() => inMemory.copyIn(to, table, rows)),
    finish: (to, ...rest) => orDied(() => inMemory.finish(to, ...rest)),
  };
};

const mortalSession = (session: ExportSession, orDied: OrDied, schema: () => Promise<Buffer>): ExportSession => ({
  takenAt: session.takenAt,
  query: (statement) => orDied(() => session.query(statement)),
  prepare: session.prepare,
  schema: () => orDied(schema),
  copyOut: session.copyOut,
  close: async () => {
    await session.close();
    // What comes after it in the course of things is not done by the dead.
    await orDied(async () => undefined).catch(never);
  },
});
