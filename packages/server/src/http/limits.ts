import rateLimit from '@fastify/rate-limit';
import { Failure } from '@slipway/contracts/failure';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressOf, networkOf } from './address.ts';

/** Requests in a minute. */
export interface Limits {
  /** Of one caller that is known; where none has to be, of one address. */
  readonly reading: number;
  readonly changing: number;
  /** Of one address, without a token that is good. */
  readonly strangers: number;
}

export const LIMITS: Limits = { reading: 1200, changing: 120, strangers: 60 };

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whoever is without one is refused as not known, until it is too often. */
export type LimitStranger = (request: FastifyRequest, reply: FastifyReply) => Promise<Failure | null>;

/**
 * Counts requests by caller. What is followed (a log, events) is one request. Paths that are not the API's (webhooks, which prove
 * themselves; the edge's own) are not counted.
 */
export const limitCallers = (app: FastifyInstance, limits: Limits): LimitStranger => {
  app.register(rateLimit, { global: false, cache: 10_000 });
  const ask = (group: keyof Limits, keyOf: (request: FastifyRequest) => string) => {
    let check: ReturnType<FastifyInstance['createRateLimit']> | undefined;
    const options = { max: limits[group], timeWindow: 60_000 };
    return async (request: FastifyRequest, reply: FastifyReply): Promise<Failure | null> => {
      check ??= app.createRateLimit({ ...options, keyGenerator: (one) => `${group} ${keyOf(one)}` });
      const seen = await check(request);
      if (seen.isAllowed) return null;
      reply.header('ratelimit-limit', seen.max).header('ratelimit-remaining', seen.remaining);
      reply.header('ratelimit-reset', seen.ttlInSeconds);
      if (!seen.isExceeded) return null;
      reply.header('retry-after', seen.ttlInSeconds);
      return new Failure('rate-limited', { who: whoOf(request), limit: seen.max, seconds: seen.ttlInSeconds });
    };
  };
  const [reading, changing] = [ask('reading', callerKey), ask('changing', callerKey)];
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return;
    const refusal = await (READS.has(request.method) ? reading : changing)(request, reply);
    if (refusal !== null) throw refusal;
  });
  return ask('strangers', placeOf);
};

const placeOf = (request: FastifyRequest): string => networkOf(addressOf(request));

const callerKey = (request: FastifyRequest): string => {
  const { caller } = request;
  return caller === null
    ? `address ${placeOf(request)}`
    : `${caller.organisation} ${caller.via} ${caller.user ?? caller.who}`;
};

const whoOf = (request: FastifyRequest): string => request.caller?.who ?? addressOf(request);
