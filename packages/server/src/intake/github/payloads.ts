/** GitHub's payloads, as far as they are used. Everything else in them may be absent or new: 112 of 329 recorded ones lack fields of today's API. */
import { anything, count, flag, list, moment, nullable, object, oneOf, orNull, text, withDefault } from '../fields.ts';

const some = text(/./s, 'a text that is not empty is expected');
const login = object({ login: some, type: orNull(text()) });
const sha = text(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full commit id is expected');

const repository = object({ full_name: text(/^[\w.-]+\/[\w.-]+$/, 'owner/name is expected') });

const pullRequest = object({
  number: count,
  state: oneOf('open', 'closed'),
  title: text(),
  draft: withDefault(flag, false),
  merged: orNull(flag),
  /** null: the account was deleted. */
  user: nullable(login),
  labels: withDefault(list(object({ name: text() })), []),
  /** Orders deliveries, so it has to be one form. */
  updated_at: moment,
  /** repo is null when the fork was deleted. */
  head: object({ ref: some, sha, repo: orNull(repository) }),
  base: object({ ref: some }),
});

export const pullRequestPayload = object({ action: text(), repository, sender: login, pull_request: pullRequest });

export const issueCommentPayload = object({
  action: text(),
  repository,
  sender: login,
  /** `pull_request` is there when the issue is a pull request. */
  issue: object({ number: count, pull_request: anything }),
  comment: object({ body: nullable(text()), created_at: moment }),
});

export const pushPayload = object({
  ref: some,
  after: sha,
  deleted: flag,
  repository,
  sender: orNull(login),
  pusher: orNull(object({ name: text() })),
  head_commit: orNull(object({ message: text() })),
});

/** A ping of an organisation's webhook names no repository. */
export const pingPayload = object({ repository: orNull(repository) });

/** What the receipt of any event needs, also of one that is then ignored. */
export const anyPayload = object({ repository: orNull(repository) });
