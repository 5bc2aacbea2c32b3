/** GitHub's payloads, as far as they are used. Everything else in them may be absent or new: 112 of 329 recorded ones lack fields of today's API. */
import { z } from 'zod';

const login = z.object({ login: z.string().min(1), type: z.string().optional() });
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full commit id');
/** Orders deliveries, so it has to be one form: seconds, in UTC. */
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

export const repository = z.object({ full_name: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'owner/name') });

export const pullRequest = z.object({
  number: z.int().min(1),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  draft: z.boolean().default(false),
  merged: z.boolean().nullish(),
  /** null: the account was deleted. */
  user: login.nullable(),
  labels: z.array(z.object({ name: z.string() })).default([]),
  updated_at: moment,
  /** repo is null when the fork was deleted. */
  head: z.object({ ref: z.string().min(1), sha, repo: repository.nullish() }),
  base: z.object({ ref: z.string().min(1) }),
});

export const pullRequestPayload = z.object({
  action: z.string(),
  repository,
  sender: login,
  pull_request: pullRequest,
});

export const issueCommentPayload = z.object({
  action: z.string(),
  repository,
  sender: login,
  /** `pull_request` is there when the issue is a pull request. */
  issue: z.object({ number: z.int().min(1), pull_request: z.unknown().optional() }),
  comment: z.object({ body: z.string().nullable(), created_at: moment }),
});

export const pushPayload = z.object({
  ref: z.string().min(1),
  after: sha,
  deleted: z.boolean(),
  repository,
  sender: login.nullish(),
  pusher: z.object({ name: z.string() }).nullish(),
  head_commit: z.object({ message: z.string() }).nullish(),
});

/** A ping of an organisation's webhook names no repository. */
export const pingPayload = z.object({ repository: repository.nullish() });

/** What the receipt of any event needs, also of one that is then ignored. */
export const anyPayload = z.object({ repository: repository.nullish() });
