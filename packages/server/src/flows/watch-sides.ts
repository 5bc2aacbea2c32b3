import { LATENCY_PLACES, p95Of, STEP_SECONDS } from '../domain/latency.ts';
import { calmLog, joinTroubles, type Trouble } from '../odoo/watch/calm.ts';
import { failingCrons, fingerprintsOf } from '../odoo/watch/fingerprints.ts';
import type { Watched, WatchLimits } from '../odoo/watch/judge-watch.ts';
import { readGraveLines } from '../odoo/watch/read-log.ts';
import type { LogBaseline } from '../steps/note-baseline.ts';
import { deployments } from '../store/deployments.ts';
import { type EdgeMeasure, edgeMeasures } from '../store/edge-measures.ts';
import { readSteps } from '../store/journal.ts';
import { readRun } from '../store/runs.ts';
import type { Watch } from '../store/watches.ts';
import type { Slipway } from './slipway.ts';

/** Of the version that serves and of the one before. */
export interface Sides {
  /** Null: nothing is known of it. */
  readonly before: Watched | null;
  readonly present: Watched;
  /** What is not known, and what was left out. */
  readonly remarks: readonly string[];
}

interface Look {
  readonly now: Date;
  readonly limits: WatchLimits;
  readonly signal: AbortSignal;
}

/** How far back what served before is looked at. */
const BASELINE_MS = 3_600_000;
/** The first requests of a new version fill its caches. */
const WARM_MS = 60_000;

const STEP_MS = STEP_SECONDS * 1000;
const iso = (time: number): string => new Date(time).toISOString();
/** Of a step in which both versions served neither has the whole. */
const stepAfter = (time: string): number => Math.ceil(Date.parse(time) / STEP_MS) * STEP_MS;
const stepBefore = (time: string): number => Math.floor(Date.parse(time) / STEP_MS) * STEP_MS;

/** What each version did: of the one before what was noted before the deployment began, of the present one all since the switch. */
export const gatherSides = async (slipway: Slipway, watch: Watch, look: Look): Promise<Sides> => {
  const logs = await gatherLogs(slipway, watch, look);
  const present = await presentNumbers(slipway, watch, { ...look, troubles: logs.troubles });
  const before = await formerNumbers(slipway, watch);
  const unknown = watch.former === null || (logs.before === null && before.requests === 0);
  return {
    before: unknown ? null : { ...before, ...(logs.before ?? NO_NEWS) },
    present: { ...present, ...logs.present },
    remarks: [
      ...(logs.before === null ? ['the log of the version before could not be read: errors are not compared'] : []),
      ...numbersMissing(before, present),
      ...logs.troubles.map(
        ({ from }) =>
          `PostgreSQL was away or a disk full at ${iso(from).slice(11, 16)} (UTC): what happened around it does not count`,
      ),
    ],
  };
};

const NO_NEWS = { errors: [], failingCrons: [] } as const;

const numbersMissing = (before: Numbers, present: Numbers): readonly string[] => {
  if (before.requests === 0)
    return ['the edge counted no request of the version before: only logs and scheduled actions are compared'];
  return present.requests === 0 ? ['the edge has counted no request yet'] : [];
};

interface Logs {
  readonly before: Pick<Watched, 'errors' | 'failingCrons'> | null;
  readonly present: Pick<Watched, 'errors' | 'failingCrons'>;
  readonly troubles: readonly Trouble[];
}

const gatherLogs = async ({ db, ports }: Slipway, watch: Watch, { signal }: Look): Promise<Logs> => {
  const { deployment, environment, slot, since } = watch;
  const noted = (await readSteps(db, deployment)).find(
    ({ kind, state }) => kind === 'note-baseline' && state === 'done',
  );
  const before = (noted?.receipt as LogBaseline | undefined)?.known ?? null;
  const read = async (one: typeof slot | 'cron') =>
    calmLog(await readGraveLines(ports.workload, { environment, slot: one }, { since, signal }));
  const logs = [await read(slot), await read('cron')];
  const lines = logs.flatMap((log) => log.lines);
  return {
    before,
    // Compared with nothing every error would be a new one.
    present: before === null ? NO_NEWS : { errors: fingerprintsOf(lines), failingCrons: failingCrons(lines) },
    troubles: joinTroubles(logs.flatMap((log) => log.troubles)),
  };
};

type Numbers = Omit<Watched, 'errors' | 'failingCrons'>;

const presentNumbers = async (
  { db }: Slipway,
  watch: Watch,
  { now, limits, troubles }: Look & { readonly troubles: readonly Trouble[] },
): Promise<Numbers> => {
  const from = stepAfter(watch.since);
  const until = Math.min(now.getTime(), Date.parse(watch.until));
  const all = await edgeMeasures(db, watch.environment, { from: iso(from), until: iso(until) });
  const calm = all.filter(({ at }) => !troubles.some((one) => overlaps(Date.parse(at), one)));
  const warm = from + Math.min(WARM_MS, (Date.parse(watch.until) - from) / 4);
  const timed = calm.filter(({ at }) => Date.parse(at) >= warm);
  const enough = sumOf(timed, 'requests') >= limits.requestsAtLeast;
  return { ...numbersOf(calm, from, until), p95: enough ? latencyOf(timed) : null };
};

const overlaps = (at: number, { from, until }: Trouble): boolean => at < until && at + STEP_MS > from;

/** Since it was switched to, in the last hour before the deployment began: what that did to it is not its own doing. */
const formerNumbers = async ({ db }: Slipway, { deployment, environment }: Watch): Promise<Numbers> => {
  const { startedAt, requestedAt } = await readRun(db, deployment);
  const until = stepBefore(startedAt ?? requestedAt);
  const last = (await deployments(db, environment)).findLast(
    ({ id, status }) => id !== deployment && status === 'succeeded',
  );
  const switched = last?.switchedAt == null ? 0 : stepAfter(last.switchedAt);
  const from = Math.max(until - BASELINE_MS, switched);
  return numbersOf(await edgeMeasures(db, environment, { from: iso(from), until: iso(until) }), from, until);
};

const sumOf = (measures: readonly EdgeMeasure[], what: 'requests' | 'serverErrors'): number =>
  measures.reduce((sum, measure) => sum + measure[what], 0);

const latencyOf = (measures: readonly EdgeMeasure[]): number | null =>
  p95Of(
    Array.from({ length: LATENCY_PLACES }, (_, place) =>
      measures.reduce((sum, { latencies }) => sum + (latencies[place] ?? 0), 0),
    ),
  );

const numbersOf = (measures: readonly EdgeMeasure[], from: number, until: number): Numbers => ({
  seconds: Math.max(0, Math.round((until - from) / 1000)),
  requests: sumOf(measures, 'requests'),
  serverErrors: sumOf(measures, 'serverErrors'),
  p95: latencyOf(measures),
});
