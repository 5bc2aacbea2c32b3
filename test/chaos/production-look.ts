import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wayBack } from '../../packages/server/src/decide/way-back.ts';
import type { Route } from '../../packages/server/src/domain/environment.ts';
import { reap } from '../../packages/server/src/observe/reap.ts';
import { deployments } from '../../packages/server/src/store/deployments.ts';
import { type Queryable, query } from '../../packages/server/src/store/queryable.ts';
import { evidenceOf, journalOf, machine, runStates, verified } from '../flows/look.ts';
import type { ControlPlane, Site } from '../flows/make-slipway.ts';

const BOOK = {
  environments: `select id, state, live_slot, live_sha, image, database, reason, failure ->> 'code' as failure, url,
    (select array_agg(k order by k) from jsonb_object_keys(installed) k) as installed from ops.environments order by id`,
  deployments: `select id, run, kind, status, git_sha, rollback_sha, image, image_sha256, database, slot, generation, version, actor, approver,
    switched_at is not null as switched, finished_at is not null as finished from ops.deployments order by started_at, id`,
  migrations: 'select module, version_before, version_after from ops.migrations order by 1, 2, 3',
  builds: 'select state, git_sha, image_tag, test_verdict from ops.builds order by started_at',
  events: 'select kind, subject, resolved_at is not null as over from ops.events order by id',
  secrets: 'select environment, name from ops.secrets order by 1, 2',
  watches:
    'select deployment, environment, slot, former, state, rollback_run from ops.production_watches order by since',
};

/** Whatever is on the machine and in the book after a run, without times and ids. */
export const everything = async (site: Site, plane: ControlPlane, run: string) => {
  const { db } = plane.slipway;
  const book: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(BOOK)) book[name] = await query(db, text);
  const found = {
    ...book,
    runs: await runStates(plane),
    machine: machine(site),
    closed: [...site.world.databases].filter(([, { closed }]) => closed).map(([name]) => name),
    sessions: await sessions(site),
    met: await met(site, db),
    serving: await serving(site, db),
    wayBack: await wayBackOf(site, db),
    // A step that finds its work done is `skipped`; the output of a build that ended before the crash was in the dead process's memory.
    journal: (await journalOf(plane, run)).map((line) => line.replace(/ skipped$/, ' done')),
    evidence: distinct((await evidenceOf(plane, run)).filter((path) => !path.startsWith('build/image-'))),
    verified: (await verified(plane)).ok,
  };
  const ids = (await query<{ id: string }>(db, 'select id from ops.runs order by sequence')).map(({ id }) => id);
  site.clock.advance(3_600_000);
  const orphans = (await reap(plane.slipway, plane.inventories)).map(({ kind, name }) => `${kind} ${name}`);
  const text = ids.reduce((all, id, at) => all.replaceAll(id, `run #${at + 1}`), JSON.stringify(found));
  return { ...(JSON.parse(text) as typeof found), orphans };
};

/** What was measured again by whoever went on is kept beside the first: `smoke/report.2.json`. */
const distinct = (paths: readonly string[]): string[] => [
  ...new Set(paths.map((path) => path.replace(/\.\d+(\.\w+)$/, '$1'))),
];

/** Each file below the sessions, with the database that it names. */
const sessions = async ({ data }: Site): Promise<string[]> => {
  const root = join(data, 'filestores/shop/production/sessions');
  const files = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const lines = files
    .filter((file) => file.isFile())
    .map(async ({ name, parentPath }) => {
      const { db } = JSON.parse(await readFile(join(parentPath, name), 'utf8')) as { readonly db: string };
      return `${name}: ${db}`;
    });
  return (await Promise.all(lines)).sort();
};

/** What a rollback would go back to, and whether it could: a promise that cannot be kept is worse than none. */
const wayBackOf = async ({ world }: Site, db: Queryable): Promise<string> => {
  const way = wayBack(await deployments(db, 'shop/production'), null);
  if ('reason' in way) return way.reason;
  const { id, database } = way.back;
  return world.databases.has(database ?? '') ? id : `WRONG: ${id} without its database ${database}`;
};

const routeOf = async (db: Queryable): Promise<Route | null> =>
  (await query<{ route: Route }>(db, `select route from ops.routes where environment = 'shop/production'`))[0]?.route ??
  null;

/** What people would meet now: `serves`, `reads`, `waits`, a page, or what is wrong. */
export const met = async ({ world }: Site, db: Queryable): Promise<string> => {
  const route = await routeOf(db);
  if (route === null) return 'none';
  if (route.kind === 'hold') return 'waits';
  if (route.kind !== 'serve' && route.kind !== 'read-only') return route.kind;
  const container = [...world.containers.values()].find(({ host }) => host === route.upstream.host);
  if (container === undefined || !container.running) return 'WRONG: led to a container that does not run';
  const database = world.databases.get(container.database);
  if (database === undefined) return `WRONG: served without its database ${container.database}`;
  if (route.kind === 'read-only') return 'reads';
  return database.closed ? `WRONG: served from ${container.database}, which is closed` : 'serves';
};

/** Of a production at rest: each of these has to be one, and the same. Null: nothing was ever brought there. */
export const serving = async ({ world }: Site, db: Queryable) => {
  const [live] = await query<{ slot: string | null; database: string; image: string }>(
    db,
    `select live_slot as slot, database, image from ops.environments where id = 'shop/production'`,
  );
  if (live === undefined || live.slot === null) return null;
  const route = await routeOf(db);
  const running = [...world.containers].filter(([, { running }]) => running);
  const routed = running.filter(([, { host }]) => route?.kind === 'serve' && route.upstream.host === host);
  const said = { database: live.database, image: live.image };
  const of = (all: typeof running) => all.map(([, { slot, database, image }]) => ({ slot, database, image }));
  return {
    slots: of(running.filter(([, { slot }]) => slot !== 'cron')),
    routed: of(routed),
    crons: of(running.filter(([, { slot }]) => slot === 'cron')),
    wanted: { slot: live.slot, ...said },
    wantedCron: { slot: 'cron', ...said },
    writable: [...world.databases].filter(([, { closed }]) => !closed).map(([name]) => name),
  };
};
