import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure } from '@slipway/contracts/failure';
import type { Clock } from '../../domain/clock.ts';
import type { Secret } from '../../domain/secret.ts';
import { parseJson } from '../parse-json.ts';
import { type Answer, answerRawPost, type Refusing } from '../raw-post.ts';
import { parseDelivery, repositoryOf } from './parse-delivery.ts';
import type { StoredDelivery } from './process-delivery.ts';
import { verifySignature } from './verify-signature.ts';

export interface GithubWebhookDeps {
  /** All current webhook secrets of this instance; two while one is being replaced. */
  secrets(): readonly Secret[];
  readonly store: {
    /** One insert. `unknown-repository` when no project uses it: then nothing is kept. */
    saveDelivery(delivery: StoredDelivery): Promise<'new' | 'duplicate' | 'unknown-repository'>;
  };
  /** Tells the worker that there is something to do; must not block. */
  wake(): void;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Refusing['logger'];
}

export const GITHUB_WEBHOOK = '/webhooks/github';

/**
 * POST /webhooks/github. Nothing of the body is looked at before its signature holds. GitHub waits 10 s and has no
 * interest in the work, so one insert is all that is awaited: 202 when kept, 200 when this delivery was kept before.
 * Refuses with 400, 401, 404, 413, 415 and a JSON body {code, message, hint, facts}.
 */
export const answerGithubWebhook = (
  request: IncomingMessage,
  response: ServerResponse,
  deps: GithubWebhookDeps,
): Promise<void> =>
  answerRawPost(
    { request, response, id: randomUUID() },
    { path: GITHUB_WEBHOOK, logger: deps.logger, answer: (body) => take(request, body, deps) },
  );

const take = async (request: IncomingMessage, body: Buffer, deps: GithubWebhookDeps): Promise<Answer> => {
  const signature = header(request, 'x-hub-signature-256');
  if (!verifySignature(body, signature, deps.secrets())) throw new Failure('signature-invalid');
  const id = required(request, 'x-github-delivery');
  const event = required(request, 'x-github-event');
  const json = parseJson(body);
  // Only to refuse at once what could never be worked on; the worker reads the stored bytes again.
  parseDelivery(event, json);
  const repository = repositoryOf(json);
  const kept = await deps.store.saveDelivery({ id, event, repository, receivedAt: deps.clock.now(), body });
  if (kept === 'unknown-repository') throw new Failure('repository-unknown', { repository: repository ?? '(none)' });
  if (kept === 'duplicate') return { status: 200, body: { delivery: id, duplicate: true } };
  deps.logger.info({ delivery: id, event, repository }, 'delivery kept');
  deps.wake();
  return { status: 202, body: { delivery: id, accepted: true } };
};

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

const required = (request: IncomingMessage, name: string): string => {
  const value = header(request, name);
  if (value === undefined || !/^[\w.:-]{1,100}$/.test(value))
    throw new Failure('payload-invalid', { reason: `the header ${name} is absent or odd` });
  return value;
};
