import { asFailure } from '@slipway/contracts/failure';
import { decideComment } from '../decide/comment.ts';
import type { KnownPull, PullRequestEvent } from '../decide/known-pull.ts';
import { judgePullRequest } from '../decide/pull-request.ts';
import { decidePush, type PushedStaging } from '../decide/push.ts';
import type { Decision, PullRequestFacts, SourceEvent } from '../domain/event.ts';
import { environmentId, previewName } from '../domain/names.ts';
import { recordAudit } from '../store/audit.ts';
import { type Environment, environment, listPreviews, setEnvironment } from '../store/environments.ts';
import { type Project, projectByRepository } from '../store/projects.ts';
import { readKnownPull, saveKnownPull } from '../store/pull-requests.ts';
import { hasOpenRun, isClosing } from '../store/served-runs.ts';
import { requestStagingDeploy, stagingHead } from './request-data.ts';
import { blockPreview, requestPreview, requestRun } from './request-preview.ts';
import type { Slipway } from './slipway.ts';

/** From an event outside to what was done about it, in words; the reason for a "no" is kept with the delivery. */
export const handleEvent = async (slipway: Slipway, event: SourceEvent): Promise<string> => {
  const project = await projectByRepository(slipway.db, event.repository);
  if (project === null) return `ignored: no project uses ${event.repository}`;
  return handleProjectEvent(slipway, project, event);
};

export const handleProjectEvent = async (slipway: Slipway, project: Project, event: SourceEvent): Promise<string> => {
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

/** What is remembered, with the state as it is now: people and idleness change it, too. */
const knownPull = async (slipway: Slipway, id: string): Promise<KnownPull | null> => {
  const remembered = (await readKnownPull(slipway.db, id)) as KnownPull | null;
  const known = await environment(slipway.db, id);
  if (known === null) return remembered;
  const base = { headUpdatedAt: known.headUpdatedAt ?? '', sha: known.headSha, ...remembered };
  const gone = known.state === 'closed' || (await isClosing(slipway.db, id));
  const withdrawn = remembered?.state === null && gone;
  return { ...base, approved: known.approved, state: withdrawn ? null : gone ? 'closed' : known.state };
};

const handlePull = async (slipway: Slipway, project: Project, told: PullRequestEvent): Promise<string> => {
  const event = await withHeadMessage(slipway, project, told);
  const id = idOf(project, event.pull.number);
  const settings = project.config.stages.preview;
  const { decision, remember } = judgePullRequest(event, {
    settings,
    known: await knownPull(slipway, id),
    mayWrite: settings.approve === 'everyone' ? true : await mayWrite(slipway, event.repository, event.pull.author),
  });
  const outcome = await act(slipway, project, decision, { pull: event.pull, by: event.sender });
  // Afterwards: if this process dies in between, the delivery comes again and must not look like an old one.
  if (remember !== null) await saveKnownPull(slipway.db, id, project.name, remember);
  return outcome;
};

/**
 * GitHub does not send the head commit's message, where `[skip ci]` may stand. A commit that is gone already says nothing; nor does one
 * that there is no room for, which then fails where people see it.
 */
const withHeadMessage = async (
  slipway: Slipway,
  project: Project,
  event: PullRequestEvent,
): Promise<PullRequestEvent> => {
  if (event.kind === 'pull-request-closed') return event;
  try {
    const repository = await slipway.ports.repository(project.name);
    await repository.fetch(event.pull.sha);
    const { message } = await repository.commit(event.pull.sha);
    return { ...event, pull: { ...event.pull, headMessage: message } };
  } catch (error) {
    if (['ref-not-found', 'disk-full'].includes(asFailure(error).code)) return event;
    throw error;
  }
};

/** Unknown is not yes: without a source host, or while it is away, a fork waits; it never lets a stranger in. */
const mayWrite = async (slipway: Slipway, repository: string, user: string): Promise<boolean | 'unknown'> => {
  if (slipway.sourceHost === null) return 'unknown';
  try {
    return await slipway.sourceHost.mayWrite(repository, user);
  } catch (error) {
    if (asFailure(error).row.retry) return 'unknown';
    throw error;
  }
};

const handleComment = async (
  slipway: Slipway,
  project: Project,
  event: Extract<SourceEvent, { kind: 'comment-commanded' }>,
): Promise<string> => {
  const known = await knownPull(slipway, idOf(project, event.number));
  const decision = decideComment(event, {
    known,
    mayWrite: await mayWrite(slipway, event.repository, event.sender),
  });
  return act(slipway, project, decision, { pull: null, by: event.sender });
};

const handlePush = async (
  slipway: Slipway,
  project: Project,
  event: Extract<SourceEvent, { kind: 'branch-pushed' }>,
): Promise<string> => {
  const previews = (await listPreviews(slipway.db, project.name))
    .filter((preview) => preview.branch === event.branch)
    .map((preview) => ({ number: preview.number ?? 0, state: preview.state, sha: preview.headSha }));
  const source = slipway.sourceHost !== null && project.repository !== null ? 'github' : 'git';
  const outcomes: string[] = [];
  const staging = await pushedStaging(slipway, project, event);
  for (const decision of decidePush(event, { source, previews, staging }))
    outcomes.push(await act(slipway, project, decision, { pull: null, by: event.sender, sha: event.sha }));
  return outcomes.join('; ');
};

/** The branch is only asked for when it is staging's. */
const pushedStaging = async (
  slipway: Slipway,
  project: Project,
  { branch, deleted }: Extract<SourceEvent, { kind: 'branch-pushed' }>,
): Promise<PushedStaging | null> => {
  const settings = project.config.stages.staging;
  if (settings === undefined) return null;
  const id = environmentId(project.name, 'staging');
  const known = await environment(slipway.db, id);
  const nothing = { branch: settings.branch, head: null, sha: null, hasData: false };
  if (settings.branch !== branch || deleted) return nothing;
  return {
    branch,
    head: await stagingHead(slipway, project).catch(unlessGone),
    sha: known?.headSha || null,
    hasData: known !== null && (known.liveSlot !== null || (await hasOpenRun(slipway.db, id))),
  };
};

const unlessGone = (error: unknown): null => {
  if (asFailure(error).code === 'ref-not-found') return null;
  throw error;
};

interface Act {
  readonly pull: PullRequestFacts | null;
  readonly by: string;
  readonly sha?: string;
}

const act = async (slipway: Slipway, project: Project, decision: Decision, asked: Act): Promise<string> => {
  if (decision.kind === 'ignore') return `ignored: ${decision.reason}`;
  if (decision.kind === 'deploy-staging') {
    await requestStagingDeploy(slipway, { project: project.name, requestedBy: asked.by });
    return `deploying staging: ${decision.reason}`;
  }
  const id = idOf(project, decision.number);
  const known = await environment(slipway.db, id);
  switch (decision.kind) {
    case 'close-preview':
      if (known === null) return 'ignored: there is no preview to close';
      await requestRun(slipway, { environment: id, kind: 'close-preview', requestedBy: asked.by });
      return `closing: ${decision.reason}`;
    case 'block-preview':
      if (asked.pull !== null) await blockPreview(slipway, project, asked.pull, decision.reason);
      return `blocked: ${decision.reason}`;
    case 'approve-preview':
      if (known === null) return 'ignored: nothing is known of this pull request yet';
      await setEnvironment(slipway.db, id, { approved: true });
      await recordAudit(slipway.db, { who: asked.by, what: 'preview.approve', target: id, from: 'github' });
      await open(slipway, project, { number: decision.number, fresh: false }, asked, known);
      return `approved: ${decision.reason}`;
    case 'open-preview':
      if (known === null && asked.pull === null) return 'ignored: nothing is known of this pull request yet';
      await open(slipway, project, decision, asked, known);
      return `opening: ${decision.reason}`;
  }
};

const open = (
  slipway: Slipway,
  project: Project,
  wish: { readonly number: number; readonly fresh: boolean },
  { pull, by, sha }: Act,
  known: Environment | null,
): Promise<string> =>
  requestPreview(slipway, {
    project: project.name,
    number: wish.number,
    // The pull request's own ref reaches a fork's commits as well.
    ref: pull?.sha ?? sha ?? known?.headSha ?? '',
    base: pull?.base ?? known?.base ?? null,
    branch: pull?.branch ?? known?.branch ?? null,
    title: pull?.title ?? known?.title ?? null,
    author: pull?.author ?? known?.author ?? null,
    fork: pull?.fork ?? known?.fork ?? false,
    fresh: wish.fresh,
    requestedBy: by,
    headUpdatedAt: pull?.updatedAt ?? null,
  });
