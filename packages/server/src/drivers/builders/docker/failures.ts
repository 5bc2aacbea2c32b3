import { Failure } from '@slipway/contracts/failure';

interface DockerError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly lastLines?: readonly string[];
}

export const statusOf = (error: unknown): number | undefined => (error as DockerError).statusCode;

/** Words of the network and of busy registries: trying again may help, and it is nobody's fault. */
const PASSING =
  /timed? ?out|temporary failure|connection (reset|refused)|TLS handshake|EOF|\b(429|502|503|504)\b|Could not resolve|Failed to fetch|toomanyrequests/i;

/** Whose fault a failed build is: the network's (again), the disk's, Docker's, or the repository's. */
export const buildFailure = (error: unknown): unknown => {
  if (error instanceof Failure) return error;
  const { code, statusCode, message = '', lastLines = [] } = error as DockerError;
  const reason = [message.trim(), ...lastLines].join('\n');
  if (/no space left on device/i.test(reason)) return new Failure('disk-full', { reason: message }, error);
  if (code !== undefined && ['ENOENT', 'ECONNREFUSED', 'EPIPE', 'EACCES'].includes(code))
    return new Failure('docker-unreachable', { reason: message }, error);
  if (statusCode === 404) return new Failure('base-image-missing', { image: message, reason: message }, error);
  if (code === 'ECONNRESET' || PASSING.test(reason)) return new Failure('image-build-interrupted', { reason }, error);
  return new Failure('image-build-failed', { reason }, error);
};

export const orBuildFailure = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw buildFailure(error);
  }
};
