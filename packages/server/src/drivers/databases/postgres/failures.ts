import { Failure } from '@slipway/contracts/failure';

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const codeOf = (error: unknown): string | undefined => {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
};

const DISK_FULL = '53100';
/** SQLSTATE classes and codes after which the same statement may work: connection lost, starting, stopping, too many clients. */
const PASSING = /^(08...|57P0[1-4]|53300)$/;
const NETWORK = /^(ECONN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|EAI_AGAIN|ENOENT)/;
const LOST = /Connection terminated|timeout expired|Client has encountered a connection error|not queryable/i;

/** What the client itself finds while it logs in: no password where one is asked for, no TLS where it was wished for. */
const NO_LOGIN = /^SASL|does not support SSL|SSL|certificate/i;

/** SQLSTATE or undefined. */
export const sqlState = (error: unknown): string | undefined => {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
};

/** What `pg` throws, in our table. What is none of these is a defect of ours and stays as it is. */
export const asDatabaseFailure = (error: unknown): unknown => {
  if (error instanceof Failure) return error;
  const reason = textOf(error);
  const state = sqlState(error);
  if (state === DISK_FULL) return new Failure('disk-full', { reason }, error);
  if (state !== undefined && PASSING.test(state)) return new Failure('database-unreachable', { reason }, error);
  if (NETWORK.test(codeOf(error) ?? '') || LOST.test(reason))
    return new Failure('database-unreachable', { reason: reason || codeOf(error) }, error);
  if (state !== undefined || NO_LOGIN.test(reason)) return new Failure('database-refused', { reason }, error);
  return error;
};
