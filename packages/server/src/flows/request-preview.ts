import { Failure } from '@slipway/contracts/failure';
import type { PullRequestFacts } from '../domain/event.ts';
import { environmentId, previewDatabase, previewHost, previewName, previewRole } from '../domain/names.ts';
import { requireCapability } from '../plan/capabilities.ts';
import type { SourceRepository } from '../ports/source-repository.ts';
import { recordAudit } from '../store/audit.ts';
import {
  type Environment,
  environment,
  requireEnvironment,
  setEnvironment,
  upsertPreview,
} from '../store/environments.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { inTransaction } from '../store/queryable.ts';
import { putRoute } from '../store/routes.ts';
import { enqueueRun, type Run, requestCancel } from '../store/runs.ts';
import type { Slipway } from './slipway.ts';

export interface PreviewRequest {
  readonly project: string;
  readonly number: number;
  /** Branch, tag or commit. */
  readonly ref: string;
  readonly base: string | null;
  readonly branch: string | null;
  readonly title: string | null;
  readonly author: string | null;
  readonly fork: boolean;
  readonly fresh: boolean;
  readonly requestedBy: string;
  /** ISO 8601, of the change that asked; null for a person's command, which is always the newest. */
  readonly headUpdatedAt: string | null;
}

/** Opens a preview or moves it to another commit: remembers what is wanted and queues a run; newest wins. Returns the run's id. */
export const requestPreview = async (slipway: Slipway, request: PreviewRequest): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  const repository = await slipway.ports.repository(project.name);
  const sha = await commitOf(repository, request);
  const base = request.base ?? project.defaultBranch ?? (await repository.defaultBranch());
  const run = slipway.newId('run');
  await inTransaction(slipway.db, async (db) => {
    const known = await environment(db, environmentId(project.name, previewName(request.number)));
    const facts = previewFacts(slipway, project, known, {
      ...request,
      branch: request.branch ?? known?.branch ?? request.ref,
    });
    const { outdated } = await upsertPreview(db, { ...facts, base, headSha: sha });
    // A newer change was heard of meanwhile: its run is the one that counts.
    if (outdated) return;
    await enqueueRun(db, {
      id: run,
      project: project.name,
      environment: facts.id,
      kind: 'open-preview',
      sha,
      requestedBy: request.requestedBy,
      facts: { fresh: request.fresh },
    });
    const serving = known !== null && known.closedAt === null && known.liveSlot !== null;
    await setEnvironment(db, facts.id, { run, reason: null, failure: null, ...(serving ? {} : { state: 'queued' }) });
    if (!serving)
      await putRoute(db, {
        host: facts.host,
        environment: facts.id,
        route: { kind: 'page', page: 'queued', facts: { number: request.number } },
      });
    await recordAudit(db, { who: request.requestedBy, what: 'preview.open', target: facts.id, details: { sha, run } });
  });
  return run;
};

const SHA = /^[0-9a-f]{40}$/;

/**
 * A name means what the remote says now; a commit is found, or fetched, by itself. One that the source host told us of is there: if it
 * cannot be brought here, the run says so on the pull request, and no delivery is lost over it.
 */
const commitOf = async (
  repository: SourceRepository,
  { ref, headUpdatedAt }: Pick<PreviewRequest, 'ref' | 'headUpdatedAt'>,
): Promise<string> => {
  if (SHA.test(ref) && headUpdatedAt !== null) return ref;
  if (!SHA.test(ref)) await repository.fetch();
  return repository.resolve(ref);
};

interface Wish {
  readonly number: number;
  readonly branch: string;
  readonly title: string | null;
  readonly author: string | null;
  readonly fork: boolean;
  readonly headUpdatedAt: string | null;
}

const previewFacts = (slipway: Slipway, project: Project, known: Environment | null, wish: Wish) => {
  const host = known?.host ?? previewHost(wish.number, wish.branch, slipway.domain);
  return {
    id: environmentId(project.name, previewName(wish.number)),
    project: project.name,
    number: wish.number,
    title: wish.title ?? known?.title ?? null,
    branch: wish.branch,
    author: wish.author,
    fork: wish.fork,
    headUpdatedAt: wish.headUpdatedAt,
    database: previewDatabase(wish.number, project.databasePrefix),
    role: previewRole(wish.number, project.databasePrefix),
    host,
    url: slipway.url(host),
  };
};

/** Remembers a pull request without building anything of it: a page and a comment say what it waits for. */
export const blockPreview = (
  slipway: Slipway,
  project: Project,
  pull: PullRequestFacts,
  reason: string,
): Promise<void> =>
  inTransaction(slipway.db, async (db) => {
    const known = await environment(db, environmentId(project.name, previewName(pull.number)));
    const facts = previewFacts(slipway, project, known, { ...pull, headUpdatedAt: pull.updatedAt });
    await upsertPreview(db, { ...facts, base: pull.base, headSha: pull.sha });
    await setEnvironment(db, facts.id, { state: 'blocked', reason, approved: false });
    if (known?.liveSlot == null)
      await putRoute(db, {
        host: facts.host,
        environment: facts.id,
        route: { kind: 'page', page: 'blocked', facts: { reason, number: pull.number } },
      });
  });

/** Ends a run that waits at once, and asks one that is under way to stop. A preview that waited for it waits no longer. */
export const cancelRun = (slipway: Slipway, run: string, by: string): Promise<Run> =>
  inTransaction(slipway.db, async (db) => {
    const cancelled = await requestCancel(db, run, `cancelled by ${by}`);
    const known = await environment(db, cancelled.environment);
    if (cancelled.state === 'cancelled' && known?.run === run && known.state === 'queued') {
      const failure = new Failure('run-cancelled', { reason: `cancelled by ${by}` });
      await setEnvironment(db, known.id, {
        state: 'failed',
        failure: { ...failure.toJSON(), facts: { ...failure.facts }, step: null, lastLines: [] },
      });
      await putRoute(db, {
        host: known.host,
        environment: known.id,
        route: { kind: 'page', page: 'failed', facts: { step: 'queue', message: failure.message, run } },
      });
    }
    await recordAudit(db, { who: by, what: 'run.cancel', target: run, details: {} });
    return cancelled;
  });

/** A verb on an environment that exists: close, sleep, wake. Returns the run's id. */
export const requestRun = async (
  slipway: Slipway,
  request: {
    readonly environment: string;
    readonly kind: 'close-preview' | 'sleep-preview' | 'wake-preview';
    readonly requestedBy: string;
  },
): Promise<string> => {
  const known = await requireEnvironment(slipway.db, request.environment);
  if (request.kind === 'sleep-preview') requireCapability(slipway.ports.workload, 'sleep', request.kind);
  const run = slipway.newId('run');
  await inTransaction(slipway.db, async (db) => {
    await enqueueRun(db, {
      id: run,
      project: known.project,
      environment: known.id,
      kind: request.kind,
      sha: known.headSha,
      requestedBy: request.requestedBy,
      facts: {},
    });
    await setEnvironment(db, known.id, { run });
    await recordAudit(db, {
      who: request.requestedBy,
      what: request.kind.replace('-preview', '.preview'),
      target: known.id,
      details: { run },
    });
  });
  return run;
};
