import { Failure } from '@slipway/contracts/failure';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';
import { parseJson } from '../parse-json.ts';
import { registerRawRoute } from '../raw-route.ts';
import { verifyToken } from './verify-token.ts';

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full commit id');
const body = z.strictObject({
  ref: z.string().regex(/^refs\/heads\/.{1,250}$/, 'refs/heads/…'),
  before: sha,
  after: sha,
});

/** A hint that a branch moved, not a fact: the repository itself is asked what its heads are. */
export interface PushTold {
  readonly project: string;
  readonly branch: string;
  readonly before: string;
  readonly after: string;
  readonly deleted: boolean;
}

export interface GitWebhookDeps {
  /** Tokens by project: the token says which repository it is, so the caller cannot speak for another. */
  tokens(): Readonly<Record<string, readonly Secret[]>>;
  /** Keeps it; one insert at most. Telling twice must not matter. */
  told(push: PushTold): Promise<void>;
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
}

/** POST /webhooks/git {ref, before, after} with `Authorization: Bearer`. Answers 202; refuses with 400, 401, 413, 415. */
export const registerGitWebhook = (app: FastifyInstance, deps: GitWebhookDeps): void =>
  registerRawRoute(app, {
    path: '/webhooks/git',
    logger: deps.logger,
    answer: (request, bytes, reply) => take(request, bytes, reply, deps),
  });

const take = async (request: FastifyRequest, bytes: Buffer, reply: FastifyReply, deps: GitWebhookDeps) => {
  const project = Object.entries(deps.tokens()).find(([, tokens]) =>
    verifyToken(request.headers.authorization, tokens),
  );
  if (project === undefined) throw new Failure('unauthorized', { file: 'hooks/post-receive' });
  const parsed = body.safeParse(parseJson(bytes));
  if (!parsed.success) {
    const reason = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
    throw new Failure('payload-invalid', { reason });
  }
  const { ref, before, after } = parsed.data;
  const branch = ref.slice('refs/heads/'.length);
  await deps.told({ project: project[0], branch, before, after, deleted: /^0+$/.test(after) });
  return reply.code(202).send({ accepted: true });
};
