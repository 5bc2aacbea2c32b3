import { Failure } from '@slipway/contracts/failure';

interface DockerError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly json?: { readonly message?: string };
}

export const statusOf = (error: unknown): number | undefined => (error as DockerError).statusCode;

/** Docker's own words become one of our failures; what we do not know stays what it is, and so a bug. */
export const dockerFailure = (error: unknown): unknown => {
  if (error instanceof Failure) return error;
  const { code, statusCode, message = '', json } = error as DockerError;
  const reason = (json?.message ?? message).trim();
  if (/no space left on device/i.test(reason)) return new Failure('disk-full', { reason }, error);
  if (code !== undefined && ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EACCES', 'ETIMEDOUT'].includes(code))
    return new Failure('docker-unreachable', { reason: reason || code }, error);
  if (statusCode === 404 && /no such image/i.test(reason))
    return new Failure('base-image-missing', { image: reason.replace(/^.*no such image:?\s*/i, ''), reason }, error);
  if (statusCode !== undefined) return new Failure('docker-unreachable', { reason: `${statusCode}: ${reason}` }, error);
  return error;
};

export const orDockerFailure = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw dockerFailure(error);
  }
};

/** For calls that may find their work done: these statuses are success. */
export const unlessStatus = async <T>(
  work: () => Promise<T>,
  ...statuses: readonly number[]
): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (statuses.includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
};
