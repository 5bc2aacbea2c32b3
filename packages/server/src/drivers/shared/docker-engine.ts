import { Failure } from '@slipway/contracts/failure';
import type Dockerode from 'dockerode';
import { Docker } from './dockerode.ts';

/** The client for the Engine behind a unix socket. Opens nothing until it is asked something. */
export const dockerAt = (socketPath: string): Dockerode => new Docker({ socketPath });

const UNREACHABLE = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'EACCES',
  'EPERM',
  'ECONNRESET',
  'EPIPE',
  'ENOTSOCK',
  'ETIMEDOUT',
]);
const NO_SPACE = /no space left on device|ENOSPC|disk quota exceeded/i;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;

/** HTTP status of the Engine's answer; undefined when it did not answer. */
export const dockerStatus = (error: unknown): number | undefined => {
  const status = field(error, 'statusCode');
  return typeof status === 'number' ? status : undefined;
};

/** The Engine's own sentence, without the client's "(HTTP code 404) no such container -" in front. */
export const dockerReason = (error: unknown): string =>
  textOf(error)
    .replace(/^\(HTTP code \d+\) [^-]*- /, '')
    .trim();

/** Turns what dockerode throws into a Failure; an answer that is none of these stays as it is: a defect of ours. */
export const asDockerFailure = (error: unknown): unknown => {
  if (error instanceof Failure) return error;
  if (NO_SPACE.test(textOf(error))) return new Failure('disk-full', { reason: dockerReason(error) }, error);
  if (dockerStatus(error) !== undefined) return error;
  const code = field(error, 'code');
  if ((typeof code === 'string' && UNREACHABLE.has(code)) || /socket hang up/.test(textOf(error)))
    return new Failure('docker-unreachable', { reason: textOf(error) }, error);
  return error;
};

/** Every call of the Engine goes through here. Failures: docker-unreachable (retry), disk-full. */
export async function askDocker<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asDockerFailure(error);
  }
}

/** The same, with `absent` for what is not there (404), and for what is as wanted already (304). */
export async function askDockerOr<T, A>(absent: A, call: () => Promise<T>): Promise<T | A> {
  try {
    return await askDocker(call);
  } catch (error) {
    const status = dockerStatus(error);
    if (status === 404 || status === 304) return absent;
    throw error;
  }
}
