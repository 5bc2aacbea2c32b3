import { createHash, createHmac } from 'node:crypto';
import { asFailure, Failure, failureFrom } from '@slipway/contracts/failure';
import type { Route } from '@slipway/contracts/route';
import { beginRequest, endRequest, forgetRequest, type KnownRequest, renewRequest } from '../store/idempotency.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Call } from './call.ts';
import { holdsSecret, withoutLogin } from './kept-answers.ts';

const RENEW_MILLISECONDS = 10_000;
const KEY = /^[\x21-\x7e]{8,200}$/;

/**
 * Carries out what a caller asks for once, however often it is sent under one Idempotency-Key: the first answer is kept for a day and
 * given again. Failures: payload-invalid, idempotency-conflict, idempotency-in-flight, idempotency-interrupted, idempotency-secret.
 */
export const once = async (
  db: Queryable,
  { call, route }: { readonly call: Call; readonly route: Route },
  act: () => Promise<unknown>,
): Promise<unknown> => {
  const header = call.request.headers['idempotency-key'];
  const { caller } = call.request;
  // A stream is not kept, and nobody in particular has no keys of their own.
  if (header === undefined || caller === null || route.media !== undefined) return act();
  const given = String(header);
  if (!KEY.test(given))
    throw new Failure('payload-invalid', { reason: 'Idempotency-Key: 8 to 200 visible characters' });
  const request = requestOf(call, given, `${caller.organisation} ${caller.via} ${caller.user ?? caller.who}`);
  const known = await beginRequest(db, { ...request, organisation: caller.organisation });
  return known === null ? carryOut(db, request.key, { call, route, act }) : again(known, request.fingerprint, call);
};

/** The key itself is not kept, so what is kept tells nothing of the request: a password in it could be guessed from a plain hash. */
const requestOf = ({ request }: Call, given: string, caller: string) => ({
  key: createHash('sha256').update(`${caller}\n${given}`).digest(),
  fingerprint: createHmac('sha256', given)
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? {})}`)
    .digest(),
});

const again = (known: KnownRequest, fingerprint: Buffer, call: Call): unknown => {
  if (!known.fingerprint.equals(fingerprint)) throw new Failure('idempotency-conflict');
  if (known.busy) throw new Failure('idempotency-in-flight');
  if (known.status === null) throw new Failure('idempotency-interrupted');
  if (known.answer === null) throw new Failure('idempotency-secret');
  call.reply.header('idempotency-replayed', 'true');
  const answer = JSON.parse(known.answer) as Parameters<typeof failureFrom>[0];
  if (known.status >= 400) throw failureFrom(answer);
  call.reply.code(known.status);
  return answer;
};

const carryOut = async (
  db: Queryable,
  key: Buffer,
  { call, route, act }: { readonly call: Call; readonly route: Route; readonly act: () => Promise<unknown> },
): Promise<unknown> => {
  const renewing = setInterval(() => void renewRequest(db, key).catch(() => undefined), RENEW_MILLISECONDS).unref();
  try {
    const value = await act();
    const kept = withoutLogin(value);
    const answer = route.secretAnswer === true || holdsSecret(kept) ? null : JSON.stringify(kept);
    await endRequest(db, key, { status: call.reply.statusCode, answer });
    return value;
  } catch (error) {
    const failure = asFailure(error);
    // What may go better the next time, or is a defect, is no answer to give again.
    if (failure.row.retry || failure.row.status >= 500) await forgetRequest(db, key).catch(() => undefined);
    else await endRequest(db, key, { status: failure.row.status, answer: JSON.stringify(failure) });
    throw error;
  } finally {
    clearInterval(renewing);
  }
};
