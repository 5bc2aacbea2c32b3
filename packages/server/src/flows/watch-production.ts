import { wayBack } from '../decide/way-back.ts';
import { worseNotice } from '../domain/watch-words.ts';
import { Redactor } from '../evidence/redactor.ts';
import { judgeWatch, type Watched, type WatchJudgement } from '../odoo/watch/judge-watch.ts';
import { recordAudit } from '../store/audit.ts';
import { deployments } from '../store/deployments.ts';
import { lockEnvironment } from '../store/environments.ts';
import { queueNotice } from '../store/notices.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { readRun } from '../store/runs.ts';
import { askedSince, endWatch, type Looked, noteLook, type Watch, type WatchEnd } from '../store/watches.ts';
import { requestRollback } from './request-production.ts';
import type { Slipway } from './slipway.ts';
import { type WatchWish, watchOf } from './watch-settings.ts';
import { gatherSides, type Sides } from './watch-sides.ts';

/** As whom a watch asks for things. */
export const WATCH = 'slipway watch';
/** Nobody looked when it was time, for as long as this: what is found then is told, and people decide. */
const LATE_MS = 600_000;
const MOST_ERRORS = 20;

type Judged = Looked & { readonly judgement: WatchJudgement };

/**
 * One look at a version that has gone live: compared with the one before, and taken back when it is worse and nothing is lost by that.
 * Each end is one transaction, and only one of all who look comes to it: whoever dies in between has done all of it or nothing.
 */
export const lookAtProduction = async (slipway: Slipway, watch: Watch, signal: AbortSignal): Promise<void> => {
  const project = await projectByName(slipway.db, watch.project);
  const wish = watchOf(project);
  const reason = await endsEarly(slipway.db, watch, wish);
  if (reason !== null) return conclude(slipway, watch, { state: 'ended', reason });
  const looked = await judge(slipway, watch, wish, signal);
  if (looked.judgement.decision === 'roll back') return worse(slipway, watch, { project, wish, looked });
  if (looked.at >= watch.until || looked.compared === null) return conclude(slipway, watch, { state: 'kept', looked });
  await noteLook(slipway.db, watch.deployment, looked);
};

const endsEarly = async (db: Queryable, watch: Watch, wish: WatchWish): Promise<string | null> => {
  if (wish.seconds === 0) return 'watching was switched off';
  const asked = await askedSince(db, watch);
  return asked === null ? null : `${asked.kind} was asked for by ${asked.by} (${asked.run})`;
};

const judge = async (slipway: Slipway, watch: Watch, { limits }: WatchWish, signal: AbortSignal): Promise<Judged> => {
  const now = slipway.clock.now();
  const sides = await gatherSides(slipway, watch, { now, limits, signal });
  const { decision, about, why, remarks } = judgeWatch(sides.before, sides.present, limits);
  const redactor = new Redactor(await slipway.knownSecrets());
  const masked = (texts: readonly string[]): readonly string[] => texts.map((text) => redactor.text(text));
  return {
    at: now.toISOString(),
    judgement: { decision, about, why: masked(why), remarks: masked([...remarks, ...sides.remarks]) },
    compared: comparedOf(sides, redactor),
  };
};

/** Null: there was nothing to compare with. */
const comparedOf = ({ before, present }: Sides, redactor: Redactor): unknown => {
  const kept = ({ errors, ...numbers }: Watched) => ({
    ...numbers,
    kinds: errors.length,
    errors: errors.slice(0, MOST_ERRORS).map((error) => ({ ...error, text: redactor.text(error.text) })),
  });
  return before === null ? null : { before: kept(before), present: kept(present) };
};

interface Worse {
  readonly project: Project;
  readonly wish: WatchWish;
  readonly looked: Judged;
}

/** What somebody asks for at this very moment comes before or after, never in between. */
const worse = (slipway: Slipway, watch: Watch, { project, wish, looked }: Worse): Promise<void> =>
  inTransaction(slipway.db, async (db) => {
    await lockEnvironment(db, watch.environment);
    const reason = await endsEarly(db, watch, wish);
    if (reason !== null) return end(db, watch, { state: 'ended', at: looked.at, reason, looked });
    const against = await againstGoingBack(db, watch, { wish, at: looked.at });
    const run = against === null ? await goBack(slipway, watch, { project, db }) : null;
    await end(db, watch, {
      ...{ state: run === null ? 'told' : 'rolled-back', at: looked.at },
      ...{ reason: against, rollbackRun: run, looked },
    });
    const { sha } = await readRun(db, watch.deployment);
    await queueNotice(
      db,
      worseNotice({ ...watch, sha: sha ?? '', about: looked.judgement.about, rollback: run, reason: against }),
    );
  });

/** Null: nothing. */
const againstGoingBack = async (
  db: Queryable,
  { environment, deployment, former, until }: Watch,
  { wish, at }: { readonly wish: WatchWish; readonly at: string },
): Promise<string | null> => {
  if (!wish.rollback) return 'stages.production.watch.rollback is off';
  if (Date.parse(at) > Date.parse(until) + LATE_MS) return 'nobody looked while it was time';
  const way = wayBack(await deployments(db, environment), former);
  if ('reason' in way) return way.reason;
  if (way.now.id !== deployment) return `${way.now.id} serves`;
  // The same database, and not as the version before left it: what that would make of it nobody has tried.
  const updated = way.back.generation !== way.now.generation;
  return way.losesData || updated ? 'its data was updated, and going back would lose what was written since' : null;
};

const goBack = (
  slipway: Slipway,
  { deployment, former }: Watch,
  { project, db }: { readonly project: Project; readonly db: Queryable },
): Promise<string> =>
  requestRollback(slipway, {
    ...{ project: project.name, to: former, from: deployment },
    ...{ confirmed: false, requestedBy: WATCH, db },
  });

const conclude = (slipway: Slipway, watch: Watch, ended: Omit<WatchEnd, 'at'>): Promise<void> =>
  inTransaction(slipway.db, (db) => end(db, watch, { at: slipway.clock.now().toISOString(), ...ended }));

/** Failure within the transaction of whoever was second: nothing of it remains. */
const end = async (db: Queryable, watch: Watch, ended: WatchEnd): Promise<void> => {
  if (!(await endWatch(db, watch.deployment, ended))) throw new EndedByAnother();
  const { state: result, reason = null, rollbackRun = null, looked } = ended;
  const { judgement = null, compared = null } = looked ?? {};
  const details = { deployment: watch.deployment, reason, rollback: rollbackRun, judgement, compared };
  await recordAudit(db, { who: WATCH, what: 'production.watch', target: watch.environment, result, details });
};

export class EndedByAnother extends Error {}
