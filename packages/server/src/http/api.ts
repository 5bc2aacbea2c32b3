import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { Failure } from '@slipway/contracts/failure';
import type { Route } from '@slipway/contracts/route';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { withOrigin } from '../store/origin.ts';
import { NO_GRANT } from './authorise.ts';
import type { Call } from './call.ts';
import { once } from './idempotency.ts';
import { originOf } from './origin.ts';

export type { Call } from './call.ts';

/** On a path that asks for no token. */
const NOBODY = 'nobody';

export type Handler = (call: Call) => Promise<unknown>;

/** Puts a handler behind a row of the route table: the body is parsed by the row's schema, the answer goes out as it is. */
export const addRoute = (app: FastifyInstance, name: RouteName, handler: Handler): void => {
  const route: Route = ROUTES[name];
  const { body, query } = route;
  app.route({
    method: route.method,
    url: route.path,
    config: { row: route, name },
    handler: async (request, reply) => {
      const call: Call = {
        ...(request.grant ?? NO_GRANT),
        parameters: storable(request.params) as Record<string, string>,
        query: (query === undefined ? {} : parse(query, request.query)) as Record<string, string | undefined>,
        body: body === undefined ? undefined : parse(body, request.body ?? {}),
        request,
        reply,
        who: request.caller?.who ?? NOBODY,
        email: request.caller?.email ?? null,
      };
      const book = route.method === 'GET' ? null : app.requestBook;
      return withOrigin(originOf(request), () =>
        book === null ? handler(call) : once(book, { call, route }, () => handler(call)),
      );
    },
  });
};

const parse = (schema: z.ZodType, value: unknown): unknown => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return storable(parsed.data);
  const reason = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
  throw new Failure('payload-invalid', { reason });
};

/** PostgreSQL keeps no NUL and no half of a character, wherever in a value they are. Failure: payload-invalid. */
export const storable = <T>(value: T): T => {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
    throw new Failure('payload-invalid', { reason: 'a text holds a NUL or half of a character' });
  if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      storable(name);
      storable(inner);
    }
  return value;
};
