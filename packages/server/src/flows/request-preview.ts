import { Failure } from '@slipway/contracts/failure';
import { environmentId, previewDatabase, previewHost, previewName, previewRole } from '../domain/names.ts';
import { recordAudit } from '../store/audit.ts';
import { environment, setEnvironment, upsertPreview } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import { enqueueRun } from '../store/runs.ts';
import { inTransaction } from '../store/queryable.ts';
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
  const sha = await repository.resolve(request.ref);
  const base = request.base ?? project.defaultBranch;
  const id = environmentId(project.name, previewName(request.number));
  const known = await environment(slipway.db, id);
  const branch = request.branch ?? known?.branch ?? request.ref;
  const host = known?.host ?? previewHost(request.number, branch, slipway.domain);
  const run = slipway.newId('run');
  await inTransaction(slipway.db, async (db) => {
    await upsertPreview(db, {
      id,
      project: project.name,
      number: request.number,
      title: request.title ?? known?.title ?? null,
      branch,
      base,
      author: request.author,
      fork: request.fork,
      headSha: sha,
      headUpdatedAt: request.headUpdatedAt,
      database: previewDatabase(request.number, project.databasePrefix),
      role: previewRole(request.number, project.databasePrefix),
      host,
      url: slipway.url(host),
    });
    await enqueueRun(db, {
      id: run,
      project: project.name,
      environment: id,
      kind: 'open-preview',
      sha,
      requestedBy: request.requestedBy,
      facts: { fresh: request.fresh },
    });
    const serving = known?.liveSlot !== null && known?.liveSlot !== undefined;
    await setEnvironment(db, id, { run, reason: null, failure: null, ...(serving ? {} : { state: 'queued' }) });
    if (!serving) await showQueued(slipway, id, host);
    await recordAudit(db, { who: request.requestedBy, what: 'preview.open', target: id, details: { sha, run } });
  });
  return run;
};

const showQueued = (slipway: Slipway, id: string, host: string): Promise<void> =>
  slipway.ports.routes.put({ host, environment: id, route: { kind: 'page', page: 'queued', facts: {} } });

/** A verb on an environment that exists: close, sleep, wake. Returns the run's id. */
export const requestRun = async (
  slipway: Slipway,
  request: { readonly environment: string; readonly kind: 'close-preview' | 'sleep-preview' | 'wake-preview'; readonly requestedBy: string },
): Promise<string> => {
  const known = await environment(slipway.db, request.environment);
  if (known === null) throw new Failure('environment-unknown', { environment: request.environment });
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
    await recordAudit(db, { who: request.requestedBy, what: request.kind, target: known.id, details: { run } });
  });
  return run;
};
