import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Failure } from '@slipway/contracts/failure';

export interface ApiServer {
  /** `http://127.0.0.1:8070`, without a slash at the end. */
  readonly url: string;
  readonly token: string | null;
}

export interface Request {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  /** Of something that is to be done once, however often it is sent. */
  readonly idempotencyKey?: string;
  readonly signal: AbortSignal;
  /** Until the head of the answer; a stream may then be silent as long as it likes. */
  readonly headMilliseconds: number;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name does not resolve',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no route to it',
};

/** Why a connection failed, in words. */
export const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message ?? String(error);
};

/**
 * One request; resolves with the head of the answer. node:http rather than fetch, because fetch ends a followed log
 * that was silent for five minutes. Failures: server-unreachable; an abort rejects with an AbortError.
 */
export const send = (server: ApiServer, request: Request): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const address = new URL(server.url + request.path);
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const open = address.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = open(address, {
      method: request.method,
      headers: {
        ...headersOf(server, body),
        ...(request.idempotencyKey === undefined ? {} : { 'idempotency-key': request.idempotencyKey }),
      },
      signal: request.signal,
      agent: false,
    });
    const timer = setTimeout(
      () => outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
      request.headMilliseconds,
    );
    outgoing.once('response', (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    outgoing.once('error', (error) => {
      clearTimeout(timer);
      if (request.signal.aborted) reject(error);
      else reject(new Failure('server-unreachable', { url: server.url, reason: reasonOf(error) }, error));
    });
    outgoing.end(body);
  });

const headersOf = (server: ApiServer, body: Buffer | undefined): Record<string, string | number> => ({
  accept: 'application/json',
  'user-agent': 'slipway-cli',
  ...(server.token === null ? {} : { authorization: `Bearer ${server.token}` }),
  ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
});
