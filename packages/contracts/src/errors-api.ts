/** What the API itself says no with, whatever was asked: a part of the error table, see errors.ts. */
import { type ErrorRow, row } from './error-row.ts';

export const API_ERRORS = {
  'method-not-allowed': row(
    405,
    'user',
    false,
    '{path} does not take {method}, only {allowed}.',
    'docs/reference/api.md lists the routes; CLI and server should have the same version (`slipway version`).',
  ),
  'media-type-unsupported': row(
    415,
    'user',
    false,
    'The request body is {type}, and the API reads JSON.',
    'Send it as content type application/json.',
  ),
  'rate-limited': row(
    429,
    'user',
    true,
    '{who} asked more than {limit} times in a minute.',
    'Ask again after the {seconds} seconds that the header Retry-After says; a log is followed with one request.',
  ),
  'idempotency-conflict': row(
    422,
    'user',
    false,
    'This Idempotency-Key was used for another request.',
    'Make a new key for each thing that is to be done once; the same key is for the same request, sent again.',
  ),
  'idempotency-in-flight': row(
    409,
    'user',
    true,
    'The request with this Idempotency-Key is being carried out.',
    'Ask again in a second, with the same key: the answer will be that of the first request.',
  ),
  'idempotency-interrupted': row(
    409,
    'target',
    false,
    'The request with this Idempotency-Key was interrupted, and what became of it is not known.',
    'Look whether it was done; if not, send it again with a new key.',
  ),
  'idempotency-secret': row(
    409,
    'user',
    false,
    'The request with this Idempotency-Key was carried out; its answer held a secret, and those are not kept for a second time.',
    'If the first answer was lost, revoke what it made and make another one, with a new key.',
  ),
} as const satisfies Record<string, ErrorRow>;
