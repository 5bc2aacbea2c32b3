import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import pg from 'pg';
import { pino } from 'pino';
import type { Clock } from '../../packages/server/src/domain/clock.ts';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openCopier } from '../../packages/server/src/drivers/databases/postgres/copy/index.ts';
import { openRecoveryServers } from '../../packages/server/src/drivers/databases/postgres/recovery/index.ts';
import { openWalSource } from '../../packages/server/src/drivers/databases/postgres/wal/index.ts';
import { type GitRepository, openGitRepository } from '../../packages/server/src/drivers/git/git-repository.ts';
import { type EncryptedSecrets, openSecrets } from '../../packages/server/src/drivers/secrets/index.ts';
import { type MemoryDrivers, openMemoryDrivers } from '../../packages/server/src/drivers/targets/memory/index.ts';
import { World } from '../../packages/server/src/drivers/targets/memory/world.ts';
import { openSigningKey } from '../../packages/server/src/evidence/signing-key.ts';
import { executeRun, LEASE_SECONDS } from '../../packages/server/src/flows/execute-run.ts';
import type { Slipway } from '../../packages/server/src/flows/slipway.ts';
import type { Inventory } from '../../packages/server/src/ports/inventory.ts';
import type { SourceHost } from '../../packages/server/src/ports/source-host.ts';
import { openSnapshotStores } from '../../packages/server/src/start/snapshot-stores.ts';
import type { StepPorts } from '../../packages/server/src/steps/step.ts';
import { claimRun } from '../../packages/server/src/store/claim-run.ts';
import { newestHead } from '../../packages/server/src/store/evidence-heads.ts';
import { saveProject } from '../../packages/server/src/store/projects.ts';
import { routeTable } from '../../packages/server/src/store/routes.ts';
import { secretRows } from '../../packages/server/src/store/secrets.ts';
import { snapshotTable } from '../../packages/server/src/store/snapshots.ts';
import { templateTable } from '../../packages/server/src/store/templates.ts';
import { type GitSandbox, makeGitSandbox } from '../fakes/git/sandbox.ts';
import { type FreshDatabase, freshDatabase, inDatabase, onServer, testPool } from '../setup/database.ts';
import { type Life, MortalPool, never, whileAlive } from './mortal-pool.ts';

/** A repository made of examples/shop with branch main; `push` adds commits to branches. Shared by the tests of a file. */
export interface Shop {
  readonly repository: GitRepository;
  readonly main: string;
  readonly folder: string;
  /** A commit on a branch that starts at main; null deletes a file. Answers the commit's id. */
  push(branch: string, files: Readonly<Record<string, string | null>>, message?: string): Promise<string>;
  remove(): Promise<void>;
}

const EXAMPLE = join(import.meta.dirname, '../../examples/shop');

const exampleFiles = async (): Promise<Record<string, string>> => {
  const files: Record<string, string> = {};
  for (const entry of await readdir(EXAMPLE, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !/__pycache__|\.pyc$/.test(path))
      files[relative(EXAMPLE, path)] = await readFile(path, 'utf8');
  }
  return files;
};

export const makeShop = async (): Promise<Shop> => {
  const sandbox: GitSandbox = await makeGitSandbox();
  const folder = join(sandbox.root, 'shop');
  await sandbox.init(folder);
  let at = 2000;
  const main = await sandbox.commit(folder, await exampleFiles(), 'The shop', at);
  const clock = { now: () => new Date() };
  const repository = await openGitRepository({ url: folder, data: join(sandbox.root, 'mirrors'), clock });
  return {
    repository,
    main,
    folder,
    push: async (branch, files, message = 'A change') => {
      const known = (await sandbox.git(folder, 'branch', '--list', branch)) !== '';
      await sandbox.git(folder, 'checkout', '--quiet', ...(known ? [branch] : ['-b', branch, 'main']));
      const sha = await sandbox.commit(folder, files, message, ++at);
      await sandbox.git(folder, 'checkout', '--quiet', 'main');
      await repository.fetch();
      return sha;
    },
    remove: sandbox.remove,
  };
};

/** Time that passes as fast as it is waited for. */
export const fastClock = (): Clock & { advance(milliseconds: number): void } => {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
    sleep: async (milliseconds) => {
      ahead += milliseconds;
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
};

export interface ControlPlane {
  readonly slipway: Slipway;
  readonly drivers: MemoryDrivers;
  readonly secrets: EncryptedSecrets;
  readonly inventories: readonly Inventory[];
  readonly life: Life;
  /** Resolves when it was killed. */
  readonly died: Promise<void>;
  /** As `kill -9` does it; answers nobody any more. */
  kill(): Promise<never>;
  /** Claims and carries out runs, one after the other, until none may start. */
  drain(): Promise<void>;
}

/** What a site has instead of the memory target's. Drivers are made mortal; ports have to see to it themselves. */
export type Equip = (at: {
  readonly site: Site;
  readonly drivers: MemoryDrivers;
  readonly secrets: EncryptedSecrets;
  readonly life: Life;
  readonly died: Promise<void>;
}) => { readonly drivers: Partial<MemoryDrivers>; readonly ports: Partial<StepPorts> };

const AS_IT_IS: Equip = () => ({ drivers: {}, ports: {} });

/** One machine with its database and data folder, on which control planes come and go. */
export interface Site {
  readonly world: World;
  readonly shop: Shop;
  readonly clock: ReturnType<typeof fastClock>;
  readonly data: string;
  readonly url: string;
  start(options?: {
    readonly owner?: string;
    readonly sourceHost?: SourceHost;
    readonly builds?: number;
    /** Another way to the same database. */
    readonly url?: string;
  }): Promise<ControlPlane>;
  /** What dead control planes hold may be claimed now. */
  expireLeases(): Promise<void>;
  /** The same once more: database, world and files are copies. No control plane may be running. */
  copy(): Promise<Site>;
  remove(): Promise<void>;
}

export const makeSite = async (serverUrl: string, shop: Shop, equip: Equip = AS_IT_IS): Promise<Site> => {
  const database = await freshDatabase(serverUrl);
  const data = await mkdtemp(join(tmpdir(), 'slipway-site-'));
  const site = siteOf({ serverUrl, shop, database, data, equip, world: new World() });
  const parsed = parseProjectConfig(await readFile(join(EXAMPLE, 'slipway.yaml'), 'utf8'));
  if (!parsed.ok) throw new Error('examples/shop/slipway.yaml is not valid');
  const pool = testPool(database.url, 1);
  const source = { ...parsed.config.source, github: 'Codertocat/Hello-World' };
  await saveProject(pool, {
    name: 'shop',
    config: { ...parsed.config, source },
    source,
    folder: shop.folder,
    defaultBranch: 'main',
  });
  await pool.end();
  return site;
};

interface SiteParts {
  readonly serverUrl: string;
  readonly shop: Shop;
  readonly database: FreshDatabase;
  readonly data: string;
  readonly world: World;
  readonly equip: Equip;
}

const siteOf = (parts: SiteParts): Site => {
  const { serverUrl, shop, database, data, world } = parts;
  const clock = fastClock();
  world.now = () => clock.now();
  const planes: ControlPlane[] = [];
  const stopAll = async (): Promise<void> => {
    for (const plane of planes.splice(0)) if (!plane.life.dead) await plane.slipway.db.end();
  };
  const site: Site = {
    world,
    shop,
    clock,
    data,
    url: database.url,
    start: async (options = {}) => {
      const plane = await startPlane(site, parts.equip, {
        owner: `plane-${newId('cp')}`,
        sourceHost: null,
        builds: 2,
        url: database.url,
        ...options,
      });
      planes.push(plane);
      return plane;
    },
    expireLeases: () =>
      onServer(database.url, async (client) => {
        await client.query(`update ops.runs set lease_until = 'epoch' where state = 'running'`);
      }),
    copy: async () => {
      await stopAll();
      const folder = await mkdtemp(join(tmpdir(), 'slipway-site-'));
      await cp(data, folder, { recursive: true });
      return siteOf({
        ...parts,
        data: folder,
        world: world.copy(),
        database: await copyDatabase(serverUrl, database.url),
      });
    },
    remove: async () => {
      await stopAll();
      await database.drop();
      await rm(data, { recursive: true, force: true });
    },
  };
  return site;
};

const copyDatabase = async (serverUrl: string, from: string): Promise<FreshDatabase> => {
  const source = new URL(from).pathname.slice(1);
  const name = `slipway_test_${newId('copy')}`;
  await onServer(serverUrl, (client) =>
    client.query(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(source)}`),
  );
  return {
    url: inDatabase(serverUrl, name),
    drop: () =>
      onServer(serverUrl, async (client) => {
        await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
      }),
  };
};

interface PlaneOptions {
  readonly owner: string;
  readonly sourceHost: SourceHost | null;
  readonly builds: number;
  readonly url: string;
}

const startPlane = async (site: Site, equip: Equip, options: PlaneOptions): Promise<ControlPlane> => {
  const life: Life = { owner: options.owner, dead: false, wrote: async () => undefined };
  const db = new MortalPool(options.url, life);
  const secrets = await openSecrets({ rows: secretRows(db), keyFile: join(site.data, 'master.key') });
  const signingKey = await openSigningKey({
    file: join(site.data, 'evidence.key'),
    folder: join(site.data, 'evidence'),
    signedWith: (await newestHead(db))?.key ?? null,
  });
  const { promise: died, resolve: bury } = Promise.withResolvers<void>();
  const inMemory = openMemoryDrivers(site.world);
  const own = equip({ site, drivers: inMemory, secrets, life, died });
  const drivers = mortalDrivers({ ...inMemory, ...own.drivers }, life);
  const slipway: Slipway = {
    db,
    ports: {
      ...drivers,
      pool: drivers.databases,
      secrets,
      sightings: null,
      routes: routeTable(db),
      templates: templateTable(db),
      snapshots: snapshotTable(db),
      stores: openSnapshotStores(join(site.data, 'snapshots'), secrets),
      copier: openCopier(),
      wal: openWalSource(site.clock),
      recovery: openRecoveryServers({
        ...{ root: join(site.data, 'recovery'), instance: 'test', docker: null, programs: '/usr/lib/postgresql' },
        image: async () => null,
      }),
      addresses: { addressOf: () => ({ url: new Secret(site.url) }) },
      repository: async () => site.shop.repository,
      releases: async () => site.shop.repository.release,
      ...own.ports,
    },
    sourceHost: options.sourceHost,
    clock: site.clock,
    newId,
    logger: pino({ level: 'silent' }),
    instance: 'test',
    owner: options.owner,
    evidenceFolder: join(site.data, 'evidence'),
    evidenceSigning: { key: signingKey, tipFile: join(site.data, 'evidence.tip') },
    domain: 'localhost',
    url: (host) => `http://${host}`,
    knownSecrets: () => secrets.known(),
    builds: options.builds,
  };
  return {
    slipway,
    drivers,
    secrets,
    inventories: [drivers.workload, drivers.databases, drivers.filestores],
    life,
    died,
    kill: async () => {
      await db.kill();
      bury();
      return never();
    },
    drain: () => Promise.race([drain(slipway), died]),
  };
};

/** A dead process's calls reach nobody. */
const mortalDrivers = (drivers: MemoryDrivers, life: Life): MemoryDrivers =>
  Object.fromEntries(
    Object.entries(drivers).map(([name, driver]) => [name, mortal(driver as object, life)]),
  ) as unknown as MemoryDrivers;

const mortal = <T extends object>(driver: T, life: Life): T =>
  new Proxy(driver, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || name === 'logs') return value;
      return (...parameters: unknown[]) => whileAlive(life, async () => value.apply(target, parameters));
    },
  });

export const drain = async (slipway: Slipway): Promise<void> => {
  const stopping = new AbortController();
  for (;;) {
    const run = await claimRun(slipway.db, {
      owner: slipway.owner,
      leaseSeconds: LEASE_SECONDS,
      limits: { builds: slipway.builds },
    });
    if (run === null) return;
    await executeRun(slipway, run, stopping.signal);
  }
};
