import type { Logger } from 'pino';
import type { ConnectCall } from './client.ts';
import { endAnswer } from './proxy/end-answer.ts';
import type { Exchange } from './proxy/exchange.ts';

export const CONNECT_PATH = '/_slipway/connect';
const TICKET = /^[A-Za-z0-9_-]{43}$/;

const SAYS = {
  gone: 'This login address is worth nothing any more: it was used, or is too old. Ask for a new one.\n',
  refused: 'Odoo made no session for this login. The log of the environment says why.\n',
  unreachable: 'Slipway does not answer just now. Ask for a new login address in a moment.\n',
  'not-get': 'A login address is opened, and nothing else.\n',
} as const;
const STATUS = { gone: 410, refused: 502, unreachable: 503, 'not-get': 405 } as const;

/** Logs a browser in by a ticket that the control plane takes once: the session comes as Odoo's own cookie, for this host only. */
export async function answerConnect(
  { connect, logger }: { readonly connect: ConnectCall; readonly logger: Logger },
  exchange: Exchange,
): Promise<void> {
  const { req, host, facts } = exchange;
  // A browser that looks ahead would use the ticket up before its person goes there.
  if (req.method !== 'GET' || /prefetch|prerender/i.test(String(req.headers['sec-purpose'] ?? ''))) {
    say(exchange, 'not-get');
    return;
  }
  const ticket = new URLSearchParams((req.url ?? '').split('?')[1] ?? '').get('ticket') ?? '';
  if (!TICKET.test(ticket)) {
    say(exchange, 'gone');
    return;
  }
  const answer = await connect({ host: host.name, ticket, from: facts.address });
  if (answer.kind !== 'connected') {
    if (answer.kind === 'unreachable') logger.warn({ reason: answer.reason }, 'the control plane took no login');
    say(exchange, answer.kind);
    return;
  }
  const secure = facts.proto === 'https' ? '; Secure' : '';
  exchange.res.writeHead(303, {
    ...HEADERS,
    Location: answer.path,
    'Set-Cookie': `session_id=${answer.session}; Path=/; HttpOnly; SameSite=Lax${secure}`,
  });
  endAnswer(req, exchange.res, undefined);
}

const HEADERS = {
  'Cache-Control': 'no-store',
  // The address has the ticket in it.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

const say = ({ req, res }: Exchange, what: keyof typeof SAYS): void => {
  const text = SAYS[what];
  res.writeHead(STATUS[what], {
    ...HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  endAnswer(req, res, req.method === 'HEAD' ? undefined : text);
};
