import type { RouteName } from '@slipway/contracts/api';
import type { Failure } from '@slipway/contracts/failure';
import type { FastifyRequest } from 'fastify';
import { recordAudit } from '../store/audit.ts';
import type { Queryable } from '../store/queryable.ts';
import { addressOf } from './address.ts';

/** Channel and address, for the audit log: `cli 203.0.113.7`. */
export const originOf = (request: FastifyRequest): string => {
  const program = request.headers['user-agent'] === 'slipway-cli' ? 'cli' : 'api';
  return `${request.caller?.via === 'session' ? 'web' : program} ${addressOf(request)}`;
};

/** Nobody's deed: the same request is counted or answered a second time. */
const NOT_TOLD = new Set(['rate-limited', 'idempotency-in-flight', 'idempotency-conflict', 'idempotency-secret']);

/** An act of somebody known that was not done is told as well: what was asked for, by its route, and the code of the answer. */
export const recordRefusal = async (db: Queryable, request: FastifyRequest, failure: Failure): Promise<void> => {
  const { caller, routeOptions } = request;
  const what: RouteName | undefined = routeOptions.config.name;
  if (caller === null || what === undefined || request.method === 'GET' || request.method === 'HEAD') return;
  if (NOT_TOLD.has(failure.code)) return;
  const target = Object.values((request.params ?? {}) as Record<string, string>).join('/');
  await recordAudit(db, {
    ...{ who: caller.who, what, target: inert(target) || 'installation', from: originOf(request) },
    result: failure.row.status < 500 ? 'refused' : 'failed',
    details: { code: failure.code },
  });
};

const inert = (text: string): string => text.replaceAll('\0', '').toWellFormed().slice(0, 500);
