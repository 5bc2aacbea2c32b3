import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Route } from '../../packages/server/src/domain/environment.ts';
import { openStore } from '../../packages/server/src/flows/stored-snapshots.ts';
import { verifySnapshot } from '../../packages/server/src/snapshot/verify.ts';
import { projectByName } from '../../packages/server/src/store/projects.ts';
import { type Queryable, query } from '../../packages/server/src/store/queryable.ts';
import { listSnapshots } from '../../packages/server/src/store/snapshots.ts';
import { evidenceOf, journalOf, machine, runStates, verified } from './look.ts';
import type { ControlPlane, Site } from './make-slipway.ts';

/** Every file below a folder, sorted; a folder that is not there has none. */
const filesBelow = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
};

/** What the writers of these runs hold in production's folder while they read it. */
const held = async ({ slipway }: ControlPlane, ids: readonly string[]): Promise<string[]> => {
  const { filestore } = (await projectByName(slipway.db, 'shop')).config.stages.production ?? {};
  const names = await readdir(filestore ?? '');
  return names.filter((name) => name.startsWith('.slipway') && ids.some((id) => name.includes(id)));
};

/** Objects are counted: their names come from a key that each site makes. */
const store = async ({ data }: Site) => {
  const all = await filesBelow(join(data, 'snapshots'));
  const isObject = (name: string): boolean => name.startsWith('shop/objects/');
  return { objects: all.filter(isObject).length, others: all.filter((name) => !isObject(name)) };
};

/** Those that a list shows, with all their parts; the one that the run made is read to its last byte: what cannot be restored must not be offered. */
const snapshots = async ({ slipway }: ControlPlane, run: string): Promise<string[]> => {
  const store = await openStore(slipway, await projectByName(slipway.db, 'shop'));
  const { signal } = new AbortController();
  const lines: string[] = [];
  for (const { id, kind, reason, rows: count, files } of await listSnapshots(slipway.db, 'shop')) {
    const share = id.slice(5) === run.slice(4) ? 1 : 0;
    const { damage } = await verifySnapshot(store, id, { share, chance: () => 0.5, signal });
    const broken = damage.map(({ part }) => `, without ${part}`).join('');
    lines.push(`${id} ${kind} ${reason}: ${count} rows, ${files} files${broken}`);
  }
  return lines;
};

const tables = {
  environments: `select id, state, asleep, live_slot, live_sha, image, database, reason, failure ->> 'code' as failure,
    (select array_agg(k order by k) from jsonb_object_keys(installed) k) as installed from ops.environments order by id`,
  secrets: 'select environment, name from ops.secrets order by 1, 2',
  builds: 'select state, git_sha, image_tag, test_verdict from ops.builds order by started_at',
  templates: 'select key, database from ops.templates order by key',
  deployments: 'select environment, status, git_sha from ops.deployments order by started_at',
  drills: 'select snapshot, rows_compared from ops.drills order by 1',
  rehearsals: `select id, git_sha, image_sha256, production_sha, snapshot, snapshot_taken_at is not null as taken, status,
    failure ->> 'code' as failure, report -> 'modules' as modules, report -> 'figures' as figures, report -> 'smoke' as smoke
    from ops.rehearsals order by at, id`,
  removed: 'select id from ops.snapshots where removed_at is not null order by taken_at',
  reviewed: 'select id, jsonb_array_length(columns) as columns from ops.snapshots order by taken_at',
};

/** Whatever is on the machine, in the store and in the book after a run, without times and ids. */
export const everything = async (site: Site, plane: ControlPlane, run: string) => {
  const { db } = plane.slipway;
  const book: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(tables)) book[name] = await query(db, text);
  const ids = await idsOf(db);
  const { folders: _, ...rest } = machine(site);
  const found = {
    ...book,
    runs: await runStates(plane),
    routes: await routes(site, db),
    machine: rest,
    unfinished: [...site.world.databases].filter(([, { restoring }]) => restoring).map(([name]) => name),
    filestores: await filesBelow(join(site.data, 'filestores')),
    store: await store(site),
    held: await held(plane, ids),
    snapshots: await snapshots(plane, run),
    journal: (await journalOf(plane, run)).map((line) => line.replace(/ skipped$/, ' done')),
    evidence: distinct((await evidenceOf(plane, run)).filter((path) => !path.startsWith('build/image-'))),
    verified: (await verified(plane)).ok,
  };
  return withoutIds(found, ids);
};

/** What was measured again by whoever went on is kept beside the first: `rehearsal/tables.2.json`. */
const distinct = (paths: readonly string[]): string[] => [
  ...new Set(paths.map((path) => path.replace(/\.\d+(\.\w+)$/, '$1'))),
];

const idsOf = async (db: Queryable): Promise<string[]> =>
  (await query<{ id: string }>(db, 'select id from ops.runs order by sequence')).map(({ id }) => id.slice(4));

/** What is named after a run is called by its number. */
const withoutIds = <T>(found: T, ids: readonly string[]): T =>
  JSON.parse(ids.reduce((text, id, at) => text.replaceAll(id, `#${at + 1}`), JSON.stringify(found))) as T;

const routes = async ({ world }: Site, db: Queryable): Promise<string[]> => {
  const containers = new Map([...world.containers].map(([name, { host }]) => [host, name]));
  const rows = await query<{ host: string; route: Route }>(db, 'select host, route from ops.routes order by host');
  return rows.map(({ host, route }) =>
    route.kind === 'serve'
      ? `${host} → ${containers.get(route.upstream.host) ?? 'a container that is gone'}`
      : `${host}: ${route.kind}${route.kind === 'page' ? ` ${route.page}` : ''}`,
  );
};

/** What a visitor of staging would meet now: `serves`, `waits` while two versions change places, or what is wrong. */
export const staging = async ({ world }: Site, db: Queryable): Promise<string> => {
  const [found] = await query<{ route: Route }>(db, `select route from ops.routes where environment = 'shop/staging'`);
  if (found === undefined) return 'none';
  const { route } = found;
  if (route.kind !== 'serve') return route.kind === 'hold' ? 'waits' : route.kind;
  const container = [...world.containers.values()].find(({ host }) => host === route.upstream.host);
  if (container === undefined || !container.running) return 'led to a container that does not run';
  const database = world.databases.get(container.database);
  if (database === undefined) return `served by an Odoo without its database ${container.database}`;
  if (database.restoring || !database.neutral) return `served from ${container.database}, which is not ready`;
  return 'serves';
};
