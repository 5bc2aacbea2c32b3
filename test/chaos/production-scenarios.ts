import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import type { Release } from '../../packages/server/src/domain/release.ts';
import { requestSnapshot } from '../../packages/server/src/flows/request-data.ts';
import {
  requestDeployment,
  requestOpening,
  requestRollback,
} from '../../packages/server/src/flows/request-production.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { type ControlPlane, makeShop, type Shop, type Site } from '../flows/make-slipway.ts';

export interface ProductionCommits {
  /** Nothing of the database has to change. */
  readonly code: string;
  /** A module is updated. */
  readonly migration: string;
  readonly laterMigration: string;
}

const CONTROLLER = 'addons/shop_order/controllers/hello.py';
const MANIFEST = 'addons/shop_order/__manifest__.py';

/** A shop with commits that a production is brought to, one on the other: code, a migration, and one more. */
export const makeProductionShop = async (): Promise<{ readonly shop: Shop; readonly commits: ProductionCommits }> => {
  const shop = await makeShop();
  const source = (await shop.repository.readFile(shop.main, CONTROLLER)) ?? '';
  const manifest = (await shop.repository.readFile(shop.main, MANIFEST)) ?? '';
  const version = (number: string) => ({ [MANIFEST]: manifest.replace('19.0.1.0.0', number) });
  const code = await shop.push('feature', { [CONTROLLER]: `${source}\n# a remark\n` });
  const migration = await shop.push('feature', version('19.0.1.1.0'));
  return { shop, commits: { code, migration, laterMigration: await shop.push('feature', version('19.0.1.2.0')) } };
};

/** Answers the run's id; an act that asks for no run answers null. */
export type Act = (plane: ControlPlane, site: Site, commits: ProductionCommits) => Promise<string | null>;

export interface ProductionScenario {
  readonly name: string;
  readonly before: readonly Act[];
  readonly ask: (plane: ControlPlane, site: Site, commits: ProductionCommits) => Promise<string>;
  readonly arrange?: (site: Site) => void;
  readonly ends: 'succeeded' | 'failed';
  /** What people may meet on the way. Default: an Odoo that serves or reads, or a moment's wait. */
  readonly meets?: readonly string[];
  /** Effects between which it dies; the rest is what another scenario dies in. Default: at each. */
  readonly between?: readonly [from: string, to: string | null];
  /** What it cannot bring about: observe/keep-production.ts tries on. */
  readonly lacks?: 'cron';
}

const asked = { project: 'shop', requestedBy: 'mona' };

/** A backup is made where it is the way back; otherwise what is tried here is the rest. */
export const configureProduction = async ({ slipway }: ControlPlane, update = 'auto'): Promise<void> => {
  const parsed = parseProjectConfig(`version: 1
name: shop
odoo: { series: '19.0', addons: [addons] }
stages: { production: { target: docker, branch: main, backup: false, drain: 1s, update: ${update} } }
`);
  if (!parsed.ok) throw new Error(`the test has a wrong slipway.yaml: ${JSON.stringify(parsed)}`);
  await saveProject(slipway.db, { ...(await projectByName(slipway.db, 'shop')), config: parsed.config });
};

export const open = ({ slipway }: ControlPlane): Promise<string> => requestOpening(slipway, { ...asked, from: null });

/** As a promotion asks for it, with the image that staging would have left on the machine. */
const deploy =
  (pick: (commits: ProductionCommits) => string, digest = 'sha256:proved') =>
  ({ slipway }: ControlPlane, { world }: Site, commits: ProductionCommits): Promise<string> => {
    const sha = pick(commits);
    const image = `slipway/shop:sha-${sha}`;
    world.images.set(image, digest);
    const release: Release = {
      ...{ sha, build: 'bld_staging', image, imageDigest: 'sha256:proved', lockHash: 'lock', contentHash: 'content' },
    };
    return requestDeployment(slipway, { ...asked, release, promotion: null, approver: 'grace' });
  };
export const deployCode = deploy(({ code }) => code);
export const migrate = deploy(({ migration }) => migration);
export const migrateAgain = deploy(({ laterMigration }) => laterMigration);
/** Somebody has made the image again: not what staging proved. */
export const migrateRebuilt = deploy(({ laterMigration }) => laterMigration, 'sha256:another');
export const rollBack = ({ slipway }: ControlPlane): Promise<string> =>
  requestRollback(slipway, { ...asked, to: null, confirmed: true });

const SESSIONS = 'filestores/shop/production/sessions';

/** Somebody has a session, kept as Odoo 19 keeps it. */
const logIn: Act = async ({ slipway }, { data }) => {
  const [live] = await query<{ database: string }>(slipway.db, 'select database from ops.environments');
  await mkdir(join(data, SESSIONS, 'ab'), { recursive: true });
  await writeFile(join(data, SESSIONS, 'ab', 'abc'), JSON.stringify({ db: live?.database, uid: 2 }));
  return null;
};

const updateFails = ({ world }: Site): void => {
  world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');
};
const updateHangs = ({ world }: Site): void => {
  world.mood = (job) => (job === 'update' ? 'hangs' : 'clean');
};
const bootFails =
  (failing: 'blue' | 'green' | 'cron') =>
  ({ world }: Site): void => {
    world.mood = (job, _, slot) => (job === 'boot' && slot === failing ? 'boot-fails' : 'clean');
  };
const smokeFails = ({ world }: Site): void => {
  world.answers.set('/web/login', 500);
};

/** The attachments that the rows of its backups name. */
export const bringFiles = ({ data }: Site, filestore: string): Promise<void> =>
  cp(filestore, join(data, 'filestores/shop/production/filestore/odoo_production'), { recursive: true });

/** From now on an update is made in place. A backup is fresh, so that it needs no other one but the last. */
const inPlace: Act = (plane) => {
  const backup = { ...asked, kind: 'raw', reason: 'manual' } as const;
  return configureProduction(plane, 'maintenance').then(() => requestSnapshot(plane.slipway, backup));
};

/** The first version is in blue, so the second one is in green. */
const opened = [open, logIn];
const openedInPlace = [...opened, inPlace];
const away = { meets: ['serves', 'reads', 'waits', 'page'] } as const;
const [succeeded, failed] = [{ ends: 'succeeded' }, { ends: 'failed' }] as const;

export const PRODUCTION_SCENARIOS: readonly ProductionScenario[] = [
  { name: 'open', before: [], ask: open, ...succeeded },
  { name: 'deploy code', before: opened, ask: deployCode, ...succeeded },
  { name: 'deploy with an update', before: opened, ask: migrate, ...succeeded },
  {
    name: 'deploy code whose cron does not start',
    ...{ before: opened, ask: deployCode, arrange: bootFails('cron'), lacks: 'cron' },
    ...succeeded,
  },
  { name: 'rollback of code', before: [...opened, deployCode], ask: rollBack, ...succeeded },
  { name: 'rollback of an update', before: [...opened, migrate], ask: rollBack, ...succeeded },
  { name: 'update in place', before: openedInPlace, ask: migrate, ...away, ...succeeded },
  {
    name: 'rollback of an update in place',
    before: [...openedInPlace, migrate],
    ask: rollBack,
    between: ['databases.open', 'workload.boot'],
    ...{ ...away, ...succeeded },
  },
  { name: 'update after an update', before: [...opened, migrate], ask: migrateAgain, ...succeeded },
];

/** The crash comes while a failed run is being put right. */
export const FAILING_PRODUCTION: readonly ProductionScenario[] = [
  { name: 'open whose modules do not install', before: [], ask: open, arrange: updateFails, ...failed },
  { name: 'code that does not boot', before: opened, ask: deployCode, arrange: bootFails('green'), ...failed },
  { name: 'code whose smoke test fails', before: opened, ask: deployCode, arrange: smokeFails, ...failed },
  { name: 'update that fails', before: opened, ask: migrate, arrange: updateFails, ...failed },
  { name: 'update that hangs', before: opened, ask: migrate, arrange: updateHangs, ...failed },
  { name: 'update that does not boot', before: opened, ask: migrate, arrange: bootFails('green'), ...failed },
  {
    name: 'update in place that fails',
    before: openedInPlace,
    ask: migrate,
    arrange: updateFails,
    between: ['databases.open', null],
    ...{ ...away, ...failed },
  },
  {
    name: 'update in place whose smoke test fails',
    before: openedInPlace,
    ask: migrate,
    arrange: smokeFails,
    between: ['workload.runJob', 'copier.restoreSchema'],
    ...{ ...away, ...failed },
  },
  {
    name: 'update whose image is another, after an update',
    before: [...opened, migrate],
    ask: migrateRebuilt,
    ...failed,
  },
  {
    name: 'update that fails, after an update',
    before: [...opened, migrate],
    ask: migrateAgain,
    arrange: updateFails,
    ...failed,
  },
  {
    name: 'rollback of code that does not boot',
    before: [...opened, deployCode],
    ask: rollBack,
    arrange: bootFails('blue'),
    ...failed,
  },
  {
    name: 'rollback of an update that does not boot',
    before: [...opened, migrate],
    ask: rollBack,
    arrange: bootFails('blue'),
    ...failed,
  },
];
