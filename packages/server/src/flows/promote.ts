import { Failure } from '@slipway/contracts/failure';
import { seconds } from '@slipway/contracts/project-config';
import { type PromotionSettings, promotionSection } from '@slipway/contracts/promotion-config';
import { environmentId } from '../domain/names.ts';
import { approvalNotice, emergencyNotice } from '../domain/notice-words.ts';
import type { GateResult, PromotionFacts } from '../domain/promotion.ts';
import type { Release } from '../domain/release.ts';
import { judgePromotion, type Verdict } from '../gates/index.ts';
import { recordAudit } from '../store/audit.ts';
import { lockEnvironment } from '../store/environments.ts';
import { queueNotice } from '../store/notices.ts';
import { type Project, projectByName } from '../store/projects.ts';
import {
  approvalsOf,
  closePromotion,
  type Promotion,
  promotion,
  promotionIn,
  rejudgePromotion,
  savePromotion,
  startPromotion,
  tidyPromotions,
} from '../store/promotions.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { hasJustFailed, hasOpenRunOf } from '../store/served-runs.ts';
import { gatherPromotionFacts, stagedRelease } from './gather-promotion-facts.ts';
import { rehearseIfAsked } from './rehearse-if-asked.ts';
import { requestSnapshot } from './request-data.ts';
import { type DeploymentRequest, requestDeployment } from './request-production.ts';
import type { Slipway } from './slipway.ts';
import { ensureStage } from './stages.ts';

export interface Person {
  readonly who: string;
  readonly email: string | null;
}

export interface PromotionRequest {
  readonly project: string;
  readonly by: Person;
  /** Why it cannot wait for its gates; null: it can. */
  readonly emergency: string | null;
}

export interface Judged {
  /** Null: nobody asked for it yet, this is what would be asked for. */
  readonly id: string | null;
  readonly facts: PromotionFacts;
  readonly verdict: Verdict;
}

/** A project that was added before there were promotions has the defaults, which let nothing through that they do not know. */
export const promotionSettings = ({ config }: Project): PromotionSettings =>
  promotionSection.parse((config as Partial<Project['config']>).promotion ?? {});

/** What would go live now, and what the gates say of it. Changes nothing. */
export const previewPromotion = async (slipway: Slipway, request: PromotionRequest): Promise<Judged> => {
  const project = await projectByName(slipway.db, request.project);
  const gathered = await gatherFor(slipway, project, request);
  const open = await openPromotionOf(slipway, project, gathered.release);
  const facts = open === null ? gathered : { ...gathered, ...(await askedBefore(slipway.db, open)) };
  return { id: null, facts, verdict: judgePromotion(facts, promotionSettings(project)) };
};

/**
 * Asks for what staging runs to go to production. Asked again for the same commit in the same image it is the same promotion, with the
 * approvals that it has; another release supersedes it. Failures: promotion-under-way, emergency-off.
 */
export const requestPromotion = async (slipway: Slipway, request: PromotionRequest): Promise<Judged> => {
  const project = await projectByName(slipway.db, request.project);
  if (request.emergency !== null && promotionSettings(project).emergency.length === 0)
    throw new Failure('emergency-off', { project: project.name });
  await requireNoneUnderWay(slipway, project);
  const judged = await keep(slipway, project, { request, gathered: await gatherFor(slipway, project, request) });
  await backUpIfAsked(slipway, project, judged.verdict, request.by);
  await rehearseIfAsked(slipway, project, { ...judged, settings: promotionSettings(project) }, request.by.who);
  return judged;
};

/** An emergency is of this asking only: whoever asks again in peace is not passed over gates for. */
const gatherFor = async (
  slipway: Slipway,
  project: Project,
  { by, emergency: reason }: PromotionRequest,
): Promise<PromotionFacts> => {
  const { release } = await stagedRelease(slipway, project);
  const emergency = reason === null ? null : { who: by.who, reason, at: slipway.clock.now().toISOString() };
  return gatherPromotionFacts(slipway, project, { release, requestedBy: by, approvals: [], emergency });
};

const requireNoneUnderWay = async (slipway: Slipway, { name }: Project): Promise<void> => {
  await tidyPromotions(slipway.db, name, slipway.clock.now().toISOString());
  const deploying = await promotionIn(slipway.db, name, 'deploying');
  if (deploying !== null) throw new Failure('promotion-under-way', { project: name, promotion: deploying.id });
};

const isOf = (release: Release, { sha, image, imageDigest }: Release): boolean =>
  release.sha === sha && release.image === image && release.imageDigest === imageDigest;

const openPromotionOf = async (slipway: Slipway, { name }: Project, release: Release): Promise<Promotion | null> => {
  const now = slipway.clock.now().toISOString();
  const open = await promotionIn(slipway.db, name, 'open');
  return open !== null && open.expiresAt > now && isOf(release, open.release) ? open : null;
};

/** Remembers what was gathered. Two who ask at once are put in an order by production's row, and ask for one promotion. */
const keep = (
  slipway: Slipway,
  project: Project,
  { request, gathered }: { readonly request: PromotionRequest; readonly gathered: PromotionFacts },
): Promise<Judged> =>
  inTransaction(slipway.db, async (db) => {
    const environment = await ensureStage(slipway, db, project, 'production');
    await lockEnvironment(db, environment);
    const { release } = gathered;
    const open = await promotionIn(db, project.name, 'open');
    const same = open !== null && isOf(release, open.release) ? open : null;
    const id = same?.id ?? slipway.newId('prom');
    const facts = same === null ? gathered : { ...gathered, ...(await askedBefore(db, same)) };
    const verdict = judgePromotion(facts, promotionSettings(project));
    if (same !== null) await rejudgePromotion(db, id, { facts, gates: verdict.gates });
    else {
      if (open !== null) await closePromotion(db, open.id, { state: 'superseded', reason: `superseded by ${id}` });
      const expires = slipway.clock.now().getTime() + seconds(promotionSettings(project).expires) * 1000;
      await savePromotion(db, {
        ...{ id, project: project.name, environment, release, facts, gates: verdict.gates },
        ...{ requestedBy: facts.requestedBy.who, requesterEmail: facts.requestedBy.email },
        expiresAt: new Date(expires).toISOString(),
      });
      if (verdict.gates.some(({ gate, state }) => gate === 'approval' && state === 'wait'))
        await queueNotice(
          db,
          approvalNotice({ ...noticed(project, environment, facts), id, requestedBy: facts.requestedBy.who }),
        );
    }
    await recordAudit(db, {
      who: request.by.who,
      what: request.emergency === null ? 'promotion.request' : 'promotion.emergency',
      target: environment,
      details: { promotion: id, sha: release.sha, image: release.imageDigest, emergency: request.emergency },
    });
    return { id, facts, verdict };
  });

/** Whoever asks again does not become the one who asked. */
const askedBefore = async (
  db: Queryable,
  { id, requestedBy, requesterEmail }: Promotion,
): Promise<Pick<PromotionFacts, 'requestedBy' | 'approvals'>> => ({
  requestedBy: { who: requestedBy, email: requesterEmail },
  approvals: await approvalsOf(db, id),
});

const AGAIN_AFTER_SECONDS = 300;

/** Nobody has to think of it: where only a fresh backup is missing, one is begun. */
export const backUpIfAsked = async (
  slipway: Slipway,
  project: Project,
  { gates }: Verdict,
  by: Pick<Person, 'who'>,
): Promise<void> => {
  if (gates.find(({ gate }) => gate === 'backup')?.state !== 'wait') return;
  // A sanitised snapshot is a run of the same kind, and no backup.
  const of = {
    environment: environmentId(project.name, 'production'),
    kind: 'create-snapshot',
    facts: { kind: 'raw' },
  };
  if (await hasOpenRunOf(slipway.db, of)) return;
  // Whoever waits asks again every few seconds: what has just failed would fail again.
  if (await hasJustFailed(slipway.db, { ...of, seconds: AGAIN_AFTER_SECONDS })) return;
  await requestSnapshot(slipway, { project: project.name, requestedBy: by.who, kind: 'raw', reason: 'deployment' });
};

/**
 * Lets a promotion go: everything is looked at once more, and a gate that does not pass now keeps it. Going and queueing the deployment are
 * one transaction. Answers the run's id. Failures: promotion-unknown, promotion-ended, promotion-refused.
 */
export const goPromotion = async (
  slipway: Slipway,
  request: { readonly project: string; readonly promotion: string; readonly by: Person },
  deploy: (slipway: Slipway, request: DeploymentRequest) => Promise<string> = requestDeployment,
): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  await requireNoneUnderWay(slipway, project);
  const before = await requireOpen(slipway.db, project, request.promotion);
  const { release, requestedBy, emergency } = before.facts;
  const gathered = await gatherPromotionFacts(slipway, project, { release, requestedBy, emergency, approvals: [] });
  if (gathered.deployment?.refused != null)
    throw new Failure('update-no-room', { reason: gathered.deployment.refused });
  const outcome = await inTransaction(slipway.db, async (db) => {
    const { id, environment } = await requireOpen(db, project, request.promotion, { lock: true });
    const facts = { ...gathered, approvals: await approvalsOf(db, id) };
    const verdict = judgePromotion(facts, promotionSettings(project));
    await rejudgePromotion(db, id, { facts, gates: verdict.gates });
    if (verdict.blocking.length > 0) return { refused: verdict.blocking };
    const passedOver = verdict.passedOver.map(({ gate }) => gate);
    const run = await deploy(slipway, {
      ...{ project: project.name, release: facts.release, requestedBy: request.by.who, db },
      promotion: id,
      approver: approverOf(facts),
    });
    await startPromotion(db, id, { run, passedOver });
    if (facts.emergency !== null && passedOver.length > 0)
      await queueNotice(
        db,
        emergencyNotice({ ...noticed(project, environment, facts), id, who: facts.emergency.who, passedOver }),
      );
    await recordAudit(db, {
      who: request.by.who,
      what: 'promotion.go',
      target: environment,
      details: { promotion: id, run, sha: facts.release.sha, passedOver, emergency: facts.emergency },
    });
    return { run };
  });
  // Outside, so that what was found stays written down.
  if ('refused' in outcome) throw refusedBy(request.promotion, outcome.refused);
  return outcome.run;
};

/** What messages to people say of a promotion. */
const noticed = ({ name }: Project, environment: string, { release }: PromotionFacts) => ({
  project: name,
  environment,
  sha: release.sha,
});

const approverOf = ({ approvals }: PromotionFacts): string | null =>
  approvals.length === 0 ? null : approvals.map(({ who }) => who).join(', ');

const refusedBy = (id: string, blocking: readonly GateResult[]): Failure =>
  new Failure('promotion-refused', {
    promotion: id,
    gates: blocking.map(({ gate, why }) => `${gate} (${why})`).join('; '),
  });

/** Failures: promotion-unknown, promotion-ended. */
export const requireOpen = async (
  db: Queryable,
  { name }: Project,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<Promotion> => {
  const found = await promotion(db, name, id, options);
  if (found === null) throw new Failure('promotion-unknown', { promotion: id, project: name });
  if (found.state !== 'open') throw new Failure('promotion-ended', { promotion: id, state: found.state });
  return found;
};
