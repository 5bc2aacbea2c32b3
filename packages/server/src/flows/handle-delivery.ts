import { asFailure } from '@slipway/contracts/failure';
import { decideComment } from '../decide/comment.ts';
import { decidePullRequest } from '../decide/pull-request.ts';
import { decidePush } from '../decide/push.ts';
import type { Decision, PullRequestFacts, SourceEvent } from '../domain/event.ts';
import { environmentId, previewName } from '../domain/names.ts';
import { recordAudit } from '../store/audit.ts';
import { type Environment, environment, listPreviews, setEnvironment, upsertBlocked } from '../store/environments.ts';
import { type Project, projectByRepository } from '../store/projects.ts';
import { requestPreview, requestRun } from './request-preview.ts';
import type { Slipway } from './slipway.ts';

/** An event from outside to what was done about it, in words; the reason for a "no" is kept with the delivery. */
export const handleEvent = async (slipway: Slipway, event: SourceEvent): Promise<string> => {
  const project = await projectByRepository(slipway.db, event.repository);
  if (project === null) return `no project uses ${event.repository}`;
  switch (event.kind) {
    case 'pull-request-opened':
    case 'pull-request-updated':
    case 'pull-request-closed':
      return handlePull(slipway, project, event);
    case 'comment-commanded':
      return handleComment(slipway, project, event);
    case 'branch-pushed':
      return handlePush(slipway, project, event);
    case 'pinged':
      return 'hello';
  }
};

const idOf = (project: Project, number: number): string => environmentId(project.name, previewName(number));

const handlePull = async (
  slipway: Slipway,
  project: Project,
  event: Extract<SourceEvent, { readonly pull: PullRequestFacts }>,
): Promise<string> => {
  const known = await environment(slipway.db, idOf(project, event.pull.number));
  const decision = decidePullRequest(event, {
    settings: project.config.stages.preview,
    known,
    mayWrite: await mayWrite(slipway, project, event.repository, event.pull.author),
    defaultBranch: project.defaultBranch,
  });
  return act(slipway, project, decision, { pull: event.pull, by: event.sender });
};

/** Unknown is not yes: an outage of GitHub makes a pull request wait, it never lets a stranger in. */
const mayWrite = async (slipway: Slipway, project: Project, repository: string, user: string): Promise<boolean | 'unknown'> => {
  if (project.config.stages.preview.approve === 'everyone') return true;
  if (slipway.sourceHost === null) return 'unknown';
  return slipway.sourceHost.mayWrite(repository, user);
};

const handleComment = async (
  slipway: Slipway,
  project: Project,
  event: Extract<SourceEvent, { kind: 'comment-commanded' }>,
): Promise<string> => {
  const known = await environment(slipway.db, idOf(project, event.number));
  const decision = decideComment(event, { known, mayWrite: await mayWrite(slipway, project, event.repository, event.sender) });
  return act(slipway, project, decision, { pull: null, by: event.sender });
};

const handlePush = async (slipway: Slipway, project: Project, event: Extract<SourceEvent, { kind: 'branch-pushed' }>): Promise<string> => {
  const previews = await listPreviews(slipway.db, project.name, { closed: false });
  const decision = decidePush(event, { previews, plainGit: slipway.sourceHost === null });
  return act(slipway, project, decision, { pull: null, by: event.sender, sha: event.sha });
};

interface Act {
  readonly pull: PullRequestFacts | null;
  readonly by: string;
  readonly sha?: string;
}

const act = async (slipway: Slipway, project: Project, decision: Decision, { pull, by, sha }: Act): Promise<string> => {
  if (decision.kind === 'ignore') return `ignored: ${decision.reason}`;
  const id = idOf(project, decision.number);
  const known = await environment(slipway.db, id);
  if (decision.kind === 'close-preview') {
    if (known === null) return 'ignored: there is no preview to close';
    await requestRun(slipway, { environment: id, kind: 'close-preview', requestedBy: by });
    return `closing: ${decision.reason}`;
  }
  if (decision.kind === 'block-preview') {
    if (pull !== null) await block(slipway, project, id, pull, decision.reason);
    return `blocked: ${decision.reason}`;
  }
  if (decision.kind === 'approve-preview') {
    await setEnvironment(slipway.db, id, { approved: true });
    await recordAudit(slipway.db, { who: by, what: 'preview.approve', target: id, details: {} });
  }
  await open(slipway, project, decision, { pull, by, ...(sha === undefined ? {} : { sha }) }, known);
  return `opening: ${decision.reason}`;
};

const open = (slipway: Slipway, project: Project, decision: { number: number; fresh?: boolean }, asked: Act, known: Environment | null) =>
  requestPreview(slipway, {
    project: project.name,
    number: decision.number,
    ref: asked.pull?.sha ?? asked.sha ?? known?.headSha ?? '',
    base: asked.pull?.base ?? known?.base ?? null,
    branch: asked.pull?.branch ?? known?.branch ?? null,
    title: asked.pull?.title ?? known?.title ?? null,
    author: asked.pull?.author ?? known?.author ?? null,
    fork: asked.pull?.fork ?? known?.fork ?? false,
    fresh: decision.fresh ?? false,
    requestedBy: asked.by,
    headUpdatedAt: asked.pull?.updatedAt ?? null,
  });

/** Remembers the pull request without building anything of it: a page and a comment say what it waits for. */
const block = async (slipway: Slipway, project: Project, id: string, pull: PullRequestFacts, reason: string): Promise<void> => {
  const host = await upsertBlocked(slipway.db, { id, project: project.name, pull, reason, domain: slipway.domain, url: slipway.url });
  await slipway.ports.routes.put({ host, environment: id, route: { kind: 'page', page: 'blocked', facts: { reason } } });
};

/** What goes wrong with a delivery is told by its row: a mishap is tried again, a verdict is the outcome. */
export const deliveryError = (error: unknown, id: string): { readonly retry: boolean; readonly message: string } => {
  const failure = asFailure(error, id);
  return { retry: failure.row.retry, message: failure.message };
};
