import type { Route } from '../../packages/server/src/domain/environment.ts';
import { verifyEvidence } from '../../packages/server/src/evidence/verify.ts';
import { listPreviews } from '../../packages/server/src/store/environments.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import type { ControlPlane, Site } from './make-slipway.ts';

/** The one preview with this number, as the store holds it. */
export const preview = async (plane: ControlPlane, number = 1) => {
  const found = (await listPreviews(plane.slipway.db, 'shop', { closed: true })).find((each) => each.number === number);
  if (found === undefined) throw new Error(`there is no preview ${number}`);
  return found;
};

/** The journal of one run: name and state of each step. */
export const journalOf = async (plane: ControlPlane, run: string): Promise<string[]> =>
  (
    await query<{ name: string; state: string }>(
      plane.slipway.db,
      'select name, state from ops.steps where run = $1 order by index',
      [run],
    )
  ).map(({ name, state }) => `${name} ${state}`);

export const runStates = async (plane: ControlPlane): Promise<string[]> =>
  (
    await query<{ kind: string; state: string }>(plane.slipway.db, 'select kind, state from ops.runs order by sequence')
  ).map(({ kind, state }) => `${kind} ${state}`);

/** What exists on the machine, without what differs from one time to the next: addresses, times, keys. */
export const machine = ({ world }: Site) => ({
  containers: [...world.containers]
    .map(([name, { image, database, running }]) => ({ name, image, database, running }))
    .sort(byName),
  jobs: [...world.jobs.keys()],
  databases: [...world.databases]
    .map(([name, { owner, role, modules }]) => ({ name, owner, role, modules: [...modules].sort() }))
    .sort(byName),
  roles: [...world.roles].map(([name, owner]) => ({ name, owner })).sort(byName),
  folders: [...world.folders]
    .map(([name, { databases }]) => ({ name, databases: [...databases.keys()].sort() }))
    .sort(byName),
});

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** A step that was begun twice says so twice; what counts is that the lines end with the reason. */
const withoutRun = (route: Route) =>
  route.kind === 'page'
    ? {
        ...route,
        facts: {
          ...route.facts,
          run: 'the run',
          lines: String(route.facts['lines'] ?? '')
            .split('\n')
            .slice(-2)
            .join('\n'),
        },
      }
    : route;

/** What the store says, without ids and times. A route to a container names the container. */
export const book = async (plane: ControlPlane, { world }: Site) => {
  const { db } = plane.slipway;
  const containers = new Map([...world.containers].map(([name, { host }]) => [host, name]));
  const routes = (
    await query<{ host: string; route: Route }>(db, 'select host, route from ops.routes order by host')
  ).map(({ host, route }) => ({
    host,
    route:
      route.kind === 'serve'
        ? `→ ${containers.get(route.upstream.host) ?? 'a container that is gone'}`
        : withoutRun(route),
  }));
  const environments = (await listPreviews(db, null))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ id, state, liveSha, liveSlot, image, verdict, failure, reason, installed }) => ({
      id,
      state,
      liveSha,
      liveSlot,
      image,
      verdict,
      failure: failure?.code ?? null,
      reason,
      installed: Object.keys(installed),
    }));
  return {
    routes,
    environments,
    runs: await runStates(plane),
    builds: await query(db, 'select state, git_sha, image_tag, test_verdict from ops.builds order by started_at'),
    secrets: await query(db, 'select environment, name from ops.secrets order by 1, 2'),
    templates: await query(db, 'select key from ops.templates'),
  };
};

/** Paths of a run's evidence without the run's own folder. */
export const evidenceOf = async (plane: ControlPlane, run: string): Promise<string[]> =>
  (await query<{ path: string }>(plane.slipway.db, 'select path from ops.artifacts where run = $1', [run]))
    .map(({ path }) => path.split('/').slice(1).join('/'))
    // Measured a second time after a crash, it says something else, and both are kept.
    .filter((path) => !/^smoke\/report\.\d+\.json$/.test(path))
    .sort();

export const verified = ({ slipway }: ControlPlane) =>
  verifyEvidence({ folder: slipway.evidenceFolder, db: slipway.db, signing: slipway.evidenceSigning });
