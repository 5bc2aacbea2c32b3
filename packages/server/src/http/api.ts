import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { Failure } from '@slipway/contracts/failure';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Grant, NO_GRANT } from './authorise.ts';

export interface Call extends Grant {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Who asks: the name behind the token. */
  readonly who: string;
  /** Their address; null: the token is nobody's in particular. */
  readonly email: string | null;
}

/** On a path that asks for no token. */
const NOBODY = 'nobody';

export type Handler = (call: Call) => Promise<unknown>;

/** Puts a handler behind a row of the route table: the body is parsed by the row's schema, the answer goes out as it is. */
export const addRoute = (app: FastifyInstance, name: RouteName, handler: Handler): void => {
  const route = ROUTES[name];
  const body = 'body' in route ? (route.body as z.ZodType) : undefined;
  const query = 'query' in route ? (route.query as z.ZodType) : undefined;
  app.route({
    method: route.method,
    url: route.path,
    config: { row: route },
    handler: async (request, reply) =>
      handler({
        ...(request.grant ?? NO_GRANT),
        parameters: request.params as Record<string, string>,
        query: (query === undefined ? {} : parse(query, request.query)) as Record<string, string | undefined>,
        body: body === undefined ? undefined : parse(body, request.body ?? {}),
        request,
        reply,
        who: request.caller?.who ?? NOBODY,
        email: request.caller?.email ?? null,
      }),
  });
};

const parse = (schema: z.ZodType, value: unknown): unknown => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const reason = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
  throw new Failure('payload-invalid', { reason });
};
