/** The one file that opens connections and reveals what is sealed. */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { Answered, SmokeHttp, SmokeRequest } from './request.ts';

const LIMIT = 20_000;
const MOST_KEPT = 1024 * 1024;

export interface Place {
  /** Where people would reach it: scheme and host are sent along as they are. */
  readonly url: URL;
  /** Where it is really asked, when that is somewhere else: a container before it has the route. */
  readonly connect?: { readonly host: string; readonly port: number; readonly websocketPort: number };
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
}

export const smokeHttp =
  (place: Place): SmokeHttp =>
  async (asked, signal) => {
    signal.throwIfAborted();
    const limit = asked.limit ?? LIMIT;
    const begun = place.now();
    const timeout = AbortSignal.timeout(limit);
    const taken = (): number => Math.round(place.now() - begun);
    try {
      const answer = await exchange(place, asked, AbortSignal.any([signal, timeout]));
      return { ...answer, milliseconds: taken() };
    } catch (error) {
      signal.throwIfAborted();
      const reason = timeout.aborted ? `no answer within ${limit / 1000} s` : reasonOf(error);
      return { error: reason, milliseconds: taken() };
    }
  };

const exchange = (place: Place, asked: SmokeRequest, signal: AbortSignal): Promise<Omit<Answered, 'milliseconds'>> =>
  new Promise((resolve, reject) => {
    const body = asked.body?.reveal();
    // What stands behind a proxy speaks plain HTTP, whatever people see.
    const isPlain = place.connect !== undefined || place.url.protocol !== 'https:';
    const send = isPlain ? requestHttp : requestHttps;
    const request = send({ ...optionsOf(place, asked, body), signal });
    request.once('error', reject);
    request.once('response', (answer) => readAnswer(answer).then(resolve, reject));
    request.once('upgrade', (answer: IncomingMessage, socket: Socket) => {
      socket.on('error', () => undefined);
      socket.destroy();
      resolve({ ...headOf(answer), body: '', bytes: 0 });
    });
    request.end(body);
  });

const optionsOf = ({ url, connect }: Place, asked: SmokeRequest, body: string | undefined): RequestOptions => {
  const port = asked.upgrade ? connect?.websocketPort : connect?.port;
  const sent = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return {
    host: connect?.host ?? url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port ?? url.port,
    path: asked.path,
    method: asked.method,
    agent: false,
    headers: {
      host: url.host,
      'user-agent': 'slipway-smoke',
      ...(connect === undefined ? {} : forwarded(url)),
      ...(asked.upgrade ? upgradeHeaders(url) : {}),
      ...asked.headers,
      ...(asked.bearer === undefined ? {} : { authorization: `bearer ${asked.bearer.reveal()}` }),
      ...sent,
    },
  };
};

/** As a proxy in front would say it, so that an Odoo in proxy mode makes the links that people get. */
const forwarded = (url: URL): Record<string, string> => ({
  'x-forwarded-host': url.host,
  'x-forwarded-proto': url.protocol.slice(0, -1),
  'x-forwarded-for': '127.0.0.1',
});

const upgradeHeaders = (url: URL): Record<string, string> => ({
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': randomBytes(16).toString('base64'),
  origin: url.origin,
});

const headOf = (answer: IncomingMessage): Pick<Answered, 'status' | 'headers' | 'cookies'> => {
  const { 'set-cookie': cookies = [], ...headers } = answer.headers;
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    cookies: cookies.map((cookie) => cookie.split(';', 1)[0] ?? ''),
  };
};

const readAnswer = async (answer: IncomingMessage): Promise<Omit<Answered, 'milliseconds'>> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    if (bytes < MOST_KEPT) pieces.push(piece);
    bytes += piece.length;
  }
  return { ...headOf(answer), body: Buffer.concat(pieces).subarray(0, MOST_KEPT).toString('utf8'), bytes };
};

const reasonOf = (error: unknown): string => {
  const known = error as { code?: unknown; message?: unknown; errors?: readonly unknown[] };
  // Of a name with several addresses Node says what was wrong with each, and nothing of its own.
  const first = known.errors?.[0];
  if (first !== undefined) return reasonOf(first);
  return String(known.message || known.code || 'the connection broke');
};
