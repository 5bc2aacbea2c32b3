import { request as ask, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { bareHost, isAllowed } from '../../../domain/egress.ts';
import { reachable } from './addresses.ts';
import { type DoorContext, refusal } from './door.ts';
import { LIMITS } from './limits.ts';

/** Of one connection, not of the request: RFC 9110, 7.6.1. */
const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const endToEnd = (headers: IncomingHttpHeaders): Record<string, string | string[]> => {
  const named = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined && !HOP.has(entry[0]) && !named.has(entry[0]),
    ),
  );
};

const say = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${text}\n`);
};

const targetOf = (text: string): URL | null => (/^http:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null);

/** A request in the clear, as HTTP_PROXY sends it: the whole address in the first line. */
export const forward = async (request: IncomingMessage, response: ServerResponse, door: DoorContext): Promise<void> => {
  const target = targetOf(request.url ?? '');
  if (target === null)
    return say(response, 400, 'This is the proxy of a walled environment; ask it for http://… or CONNECT.');
  const host = bareHost(target.hostname);
  const port = Number(target.port || 80);
  const refuse = (reason: string): void => {
    door.note(refusal('http', host, port, reason));
    say(response, 403, `Slipway lets nothing of this environment out to ${host}:${port}: ${reason}.`);
  };
  if (!isAllowed(door.rules, host, port)) return refuse('not on the list');
  const found = await reachable(door.rules, host, port, door.resolve);
  if ('refused' in found) return refuse(found.refused);
  pass(request, response, {
    host,
    port,
    path: target.pathname + target.search,
    authority: target.host,
    address: found.addresses[0] ?? '',
    door,
  });
};

interface Passing {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly authority: string;
  readonly address: string;
  readonly door: DoorContext;
}

const pass = (request: IncomingMessage, response: ServerResponse, to: Passing): void => {
  const upstream = ask({
    host: to.address,
    port: to.port,
    method: request.method ?? 'GET',
    path: to.path,
    // The host that was looked at, not the one that a header claims.
    headers: { ...endToEnd(request.headers), host: to.authority },
    agent: false,
    timeout: LIMITS.idleMilliseconds,
  });
  const { socket } = request;
  const [sent, received] = [socket.bytesRead, socket.bytesWritten];
  response.once('close', () => {
    upstream.destroy();
    const counted = { bytesSent: socket.bytesRead - sent, bytesReceived: socket.bytesWritten - received };
    to.door.note({ ...refusal('http', to.host, to.port, ''), outcome: 'allowed', ...counted });
  });
  upstream.once('timeout', () => upstream.destroy());
  upstream.on('error', () => {
    if (response.headersSent) response.destroy();
    else say(response, 502, `${to.host}:${to.port} does not answer.`);
  });
  upstream.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
    pipeline(answer, response, () => undefined);
  });
  pipeline(request, upstream, () => undefined);
};
