import type { PullRequestFacts, SourceEvent } from '../../domain/event.ts';
import { parseComment } from '../commands/comment-command.ts';
import { type Read, readFields } from '../fields.ts';
import { anyPayload, issueCommentPayload, pingPayload, pullRequestPayload, pushPayload } from './payloads.ts';

export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
}

const ignored = (reason: string): Ignored => ({ kind: 'ignored', reason });

/**
 * What a delivery says, in our words. `eventName` is the X-GitHub-Event header. An event or action that Slipway has
 * no use for is `ignored` with the reason. Failure: payload-invalid, when a field that is used is absent or odd.
 */
export const parseDelivery = (eventName: string, json: unknown): SourceEvent | Ignored => {
  switch (eventName) {
    case 'pull_request':
      return fromPullRequest(readFields(pullRequestPayload, json));
    case 'issue_comment':
      return fromComment(readFields(issueCommentPayload, json));
    case 'push':
      return fromPush(readFields(pushPayload, json));
    case 'ping':
      return fromPing(readFields(pingPayload, json));
    default:
      return ignored(`Slipway has no use for the event ${eventName.slice(0, 60)}`);
  }
};

/** `owner/name` of a delivery of any event; null for those of an organisation or an App. Failure: payload-invalid. */
export const repositoryOf = (json: unknown): string | null =>
  readFields(anyPayload, json).repository?.full_name ?? null;

const CAUSES = {
  synchronize: 'synchronize',
  ready_for_review: 'ready',
  labeled: 'labeled',
  unlabeled: 'labeled',
  edited: 'edited',
  converted_to_draft: 'edited',
} as const;

const fromPullRequest = (payload: Read<typeof pullRequestPayload>): SourceEvent | Ignored => {
  const { action, pull_request: pull } = payload;
  const known = action === 'opened' || action === 'reopened' || action === 'closed' || Object.hasOwn(CAUSES, action);
  if (!known) return ignored(`Slipway has no use for pull_request ${action.slice(0, 60)}`);
  const said = {
    repository: payload.repository.full_name,
    pull: factsOf(pull, payload.repository.full_name),
    sender: payload.sender.login,
  };
  // A label set on a closed pull request says first of all that it is closed: that mends a lost `closed`.
  if (pull.state === 'closed') return { kind: 'pull-request-closed', ...said, merged: pull.merged === true };
  if (action === 'opened' || action === 'reopened') return { kind: 'pull-request-opened', ...said };
  return { kind: 'pull-request-updated', ...said, cause: CAUSES[action as keyof typeof CAUSES] };
};

const factsOf = (pull: Read<typeof pullRequestPayload>['pull_request'], base: string): PullRequestFacts => ({
  number: pull.number,
  title: pull.title,
  branch: pull.head.ref,
  sha: pull.head.sha,
  base: pull.base.ref,
  draft: pull.draft,
  author: pull.user?.login ?? 'ghost',
  // A deleted fork was a fork.
  fork: pull.head.repo?.full_name.toLowerCase() !== base.toLowerCase(),
  labels: pull.labels.map((label) => label.name),
  updatedAt: pull.updated_at,
});

const fromComment = (payload: Read<typeof issueCommentPayload>): SourceEvent | Ignored => {
  if (payload.action !== 'created')
    return ignored(`a comment counts when it is created, not when it is ${payload.action.slice(0, 60)}`);
  if (payload.issue.pull_request === undefined) return ignored('the comment is on an issue, not on a pull request');
  if (payload.sender.type === 'Bot') return ignored('the comment was written by a bot');
  const parsed = parseComment(payload.comment.body ?? '');
  if (parsed.kind === 'none') return ignored(parsed.reason);
  return {
    kind: 'comment-commanded',
    repository: payload.repository.full_name,
    number: payload.issue.number,
    command: parsed.command,
    sender: payload.sender.login,
    at: payload.comment.created_at,
  };
};

const BRANCH = 'refs/heads/';

const fromPush = (payload: Read<typeof pushPayload>): SourceEvent | Ignored => {
  if (!payload.ref.startsWith(BRANCH)) return ignored('the push is not to a branch');
  return {
    kind: 'branch-pushed',
    repository: payload.repository.full_name,
    branch: payload.ref.slice(BRANCH.length),
    sha: payload.after,
    deleted: payload.deleted,
    message: payload.head_commit?.message ?? '',
    sender: payload.sender?.login ?? payload.pusher?.name ?? 'ghost',
  };
};

const fromPing = (payload: Read<typeof pingPayload>): SourceEvent | Ignored =>
  payload.repository
    ? { kind: 'pinged', repository: payload.repository.full_name }
    : ignored("the ping is of an organisation's webhook");
