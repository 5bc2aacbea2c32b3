/** Plays GitHub's part: a recorded payload, made to speak of another pull request, signed and sent as GitHub does. */
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const RECORDED = join(import.meta.dirname, '../test/fixtures/github/webhooks/pull_request');

export interface PullRequest {
  readonly action: 'opened' | 'synchronize' | 'closed';
  /** owner/name */
  readonly repository: string;
  readonly number: number;
  readonly title: string;
  readonly branch: string;
  readonly sha: string;
  readonly base: string;
  /** When it changed last; GitHub counts in whole seconds. */
  readonly at: Date;
}

/** The recorded `pull_request` delivery of that action, with everything that Slipway reads replaced. */
export const pullRequestBody = (pull: PullRequest): string => {
  const payload = JSON.parse(readFileSync(join(RECORDED, `${pull.action}.payload.json`), 'utf8'));
  const repository = { ...payload.repository, full_name: pull.repository };
  const { head, base, ...recorded } = payload.pull_request;
  return JSON.stringify({
    ...payload,
    number: pull.number,
    repository,
    pull_request: {
      ...recorded,
      number: pull.number,
      title: pull.title,
      draft: false,
      labels: [],
      updated_at: pull.at.toISOString(),
      head: { ...head, ref: pull.branch, sha: pull.sha, repo: { ...head.repo, full_name: pull.repository } },
      base: { ...base, ref: pull.base, repo: { ...base.repo, full_name: pull.repository } },
    },
  });
};

export interface Hook {
  /** Address of the control plane. */
  readonly url: string;
  /** The webhook secret; the first line of the data folder's `webhook-secret`. */
  readonly secret: string;
}

export interface Delivered {
  readonly id: string;
  readonly status: number;
  readonly answer: unknown;
  readonly milliseconds: number;
}

/** One delivery with an id of its own. Throws when the webhook refuses it. */
export const deliver = async (hook: Hook, body: string, event = 'pull_request'): Promise<Delivered> => {
  const id = randomUUID();
  const signature = `sha256=${createHmac('sha256', hook.secret).update(body).digest('hex')}`;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/demo',
    'x-github-event': event,
    'x-github-delivery': id,
    'x-hub-signature-256': signature,
  };
  const started = performance.now();
  const response = await fetch(`${hook.url}/webhooks/github`, { method: 'POST', headers, body });
  const answer: unknown = await response.json();
  const milliseconds = performance.now() - started;
  if (response.status !== 202) throw new Error(`the webhook answered ${response.status}: ${JSON.stringify(answer)}`);
  return { id, status: response.status, answer, milliseconds };
};
