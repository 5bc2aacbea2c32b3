import { Failure } from '@slipway/contracts/failure';

/** Errors that stand for "ask somebody", not for "try again". */
const REFUSED = new Set([
  'AccessDenied',
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'AuthorizationHeaderMalformed',
  'InvalidSecurity',
  'NoSuchBucket',
  'InvalidBucketName',
  'RequestTimeTooSkewed',
  'AllAccessDisabled',
  'AccountProblem',
]);
const FULL = new Set(['QuotaExceeded', 'InsufficientStorage', 'EntityTooLarge', 'XMinioStorageFull']);
const MISSING = new Set(['NoSuchKey', 'NotFound']);

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export const isMissing = (error: unknown): boolean => MISSING.has((error as SdkError).name ?? '');

/** What the SDK throws, in our table. `store` is the bucket as people know it. */
export const asStoreFailure = (store: string, blob: string, error: unknown): unknown => {
  if (error instanceof Failure) return error;
  const { name = '', code = '', message = '', $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  const reason = [name || code, message]
    .filter((text) => text !== '')
    .join(': ')
    .slice(0, 300);
  if (FULL.has(name) || status === 507) return new Failure('disk-full', { reason: `${store}: ${reason}` }, error);
  if (MISSING.has(name)) return new Failure('blob-missing', { store, blob }, error);
  if (REFUSED.has(name) || status === 401 || status === 403 || status === 404 || status === 400)
    return new Failure('store-refused', { store, reason }, error);
  // No status: the connection was not made, was lost, or was too slow.
  if (status === undefined && !(error instanceof TypeError) && !(error instanceof RangeError))
    return new Failure('store-unreachable', { store, reason }, error);
  if (status === undefined) return error;
  return new Failure('store-unreachable', { store, reason: `${status} ${reason}` }, error);
};
