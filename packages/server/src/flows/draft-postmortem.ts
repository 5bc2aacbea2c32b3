import { Failure, type FailureData } from '@slipway/contracts/failure';
import type { PostmortemView } from '@slipway/contracts/postmortem-view';
import { slug } from '../domain/names.ts';
import { isDeployment } from '../domain/notice-words.ts';
import { Redactor } from '../evidence/redactor.ts';
import type { WatchJudgement } from '../odoo/watch/judge-watch.ts';
import type { Difference } from '../ports/source-difference.ts';
import { listArtifacts } from '../store/artifacts.ts';
import { requireEnvironment } from '../store/environments.ts';
import { readSteps } from '../store/journal.ts';
import { tailLogLines } from '../store/log-lines.ts';
import { type Run, readRun } from '../store/runs.ts';
import { type Watch, watchOfDeployment, watchOfRollback } from '../store/watches.ts';
import { evidenceFile } from '../views/evidence-view.ts';
import { postmortem } from '../views/postmortem.ts';
import { watchAsStep, worseFailure } from './keep-watch.ts';
import type { Slipway } from './slipway.ts';

const FILE = 'postmortem.md';
const OWN = /\/postmortem(?:\.\d+)?\.md$/;
const LAST_LINES = 40;

/** What failed, as the run knows it before it has ended. */
export interface Failed {
  readonly failure: FailureData;
  readonly step: string | null;
}

/** Keeps the draft with the evidence of a deployment that failed; of other runs it is made when somebody asks. */
export const keepPostmortem = async (
  slipway: Slipway,
  run: Run,
  failed: Failed,
  keep: (path: string, content: string) => Promise<void>,
): Promise<void> => {
  if (!isDeployment(run.kind)) return;
  await keep(FILE, await draft(slipway, run, failed, await servedNow(slipway, run)));
};

/** Of a deployment that a watch takes back: kept with the run that goes back, since the deployment's own evidence is sealed. */
export const keepWatchPostmortem = async (
  slipway: Slipway,
  run: Run,
  keep: (path: string, content: string) => Promise<void>,
): Promise<void> => {
  const watch = run.kind === 'rollback-production' ? await watchOfRollback(slipway.db, run.id) : null;
  if (watch !== null) await keep(FILE, await watchDraft(slipway, run, watch));
};

/** From what the deployment recorded, how it was watched, and how it was taken back. */
const watchDraft = async (slipway: Slipway, back: Run, watch: Watch): Promise<string> => {
  const { db } = slipway;
  const deployed = await readRun(db, watch.deployment);
  const failure = worseFailure(watch, deployed.sha);
  const { id, kind, environment, requestedBy, requestedAt, startedAt, sha } = deployed;
  // Of the run that goes back only what was kept at its beginning: made again after a crash it is to be the same text.
  const own = (await listArtifacts(db, back.id)).filter(({ path }) => path.includes('/watch/'));
  const files = [...(await listArtifacts(db, id)), ...own].map(({ path }) => path);
  return postmortem({
    ...{ run: id, kind, environment, requestedBy, requestedAt, startedAt, sha, failure, step: 'watch' },
    ...{ before: back.sha, serving: true },
    steps: [...(await readSteps(db, id)), watchAsStep(watch, failure), ...(await readSteps(db, back.id))],
    lines: (watch.judgement as WatchJudgement).why,
    difference: await differenceOf(slipway, deployed, back.sha),
    evidence: files.filter((path) => !OWN.test(path)),
  });
};

/** The draft that was kept when the run failed, else one that is made now of what it recorded. Failures: run-unknown, postmortem-none. */
export const postmortemOf = async (slipway: Slipway, id: string): Promise<PostmortemView> => {
  const run = await readRun(slipway.db, id);
  const about = { run: id, name: nameOf(run) };
  const back = (await watchOfDeployment(slipway.db, id))?.rollbackRun ?? id;
  const kept = (await listArtifacts(slipway.db, back)).filter(({ path }) => OWN.test(path)).at(-1);
  if (kept !== undefined) {
    const { text } = await evidenceFile(slipway.db, slipway.evidenceFolder, { run: back, path: kept.path });
    return { ...about, evidence: kept.path, markdown: text };
  }
  if (run.state !== 'failed' || run.failure === null)
    throw new Failure('postmortem-none', { run: id, state: run.state });
  const step = (run.failure as { step?: string | null }).step ?? null;
  const redactor = new Redactor(await slipway.knownSecrets());
  const markdown = redactor.text(
    await draft(slipway, run, { failure: run.failure, step }, { before: null, serving: null }),
  );
  return { ...about, evidence: null, markdown };
};

/** `20261121-production-odoo-boot-failed-1a2b3c.md`: by day first, and different for each run. */
const nameOf = ({ id, environment, requestedAt, failure }: Run): string => {
  const words = [environment.split('/').at(-1) ?? '', failure?.code ?? 'failed', id.slice(-6)].map(slug);
  return `${requestedAt.slice(0, 10).replaceAll('-', '')}-${words.filter((word) => word !== '').join('-')}.md`;
};

/** What served when the run failed; of a run that ended long ago nobody knows that any more. */
interface Served {
  readonly before: string | null;
  readonly serving: boolean | null;
}

const servedNow = async (slipway: Slipway, { environment }: Run): Promise<Served> => {
  const { liveSha, liveSlot } = await requireEnvironment(slipway.db, environment);
  return { before: liveSlot === null ? null : liveSha, serving: liveSlot !== null };
};

const draft = async (slipway: Slipway, run: Run, { failure, step }: Failed, served: Served): Promise<string> => {
  const { db } = slipway;
  const { id, kind, requestedBy, requestedAt, startedAt, sha } = run;
  return postmortem({
    ...{ run: id, kind, environment: run.environment, requestedBy, requestedAt, startedAt, sha, failure, step },
    ...served,
    steps: await readSteps(db, id),
    lines: (await tailLogLines(db, id, LAST_LINES)).map(({ text }) => text),
    difference: await differenceOf(slipway, run, served.before),
    // Made again after a crash it is to be the same text.
    evidence: (await listArtifacts(db, id)).map(({ path }) => path).filter((path) => !OWN.test(path)),
  });
};

/** An account of a failure must not fail for want of a repository. */
const differenceOf = async ({ ports, logger }: Slipway, run: Run, from: string | null): Promise<Difference | null> => {
  if (from === null || run.sha === null) return null;
  try {
    return await (await ports.repository(run.project)).difference.between(from, run.sha);
  } catch (error) {
    logger.info({ err: error, run: run.id }, 'the commits of a failed deployment could not be compared');
    return null;
  }
};
