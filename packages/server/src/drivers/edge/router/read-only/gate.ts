import type { Clock } from '../../../../domain/clock.ts';
import type { Limits } from '../limits.ts';
import { makePage, type PageName } from '../pages/pages.ts';
import { sendMade } from '../pages/send-page.ts';
import { endAnswer } from '../proxy/end-answer.ts';
import type { Exchange } from '../proxy/exchange.ts';
import type { KnownHost } from '../routes/route-book.ts';
import { BODY_BYTES, bodyReads } from './judge-body.ts';
import { judgeRequest } from './judge-request.ts';
import { keepBody } from './keep-body.ts';
import { type ReadOnlyTime, refusalFacts, refusalFor, retryAfter } from './refusal.ts';
import type { Tally } from './tally.ts';

/** Stands in front of an Odoo whose database takes no writes. */
export interface Gate {
  /** Whether the request may go on; else it has been answered, or nobody is left to answer to. */
  admit(exchange: Exchange, known: KnownHost): Promise<boolean>;
  /** A clear no to what turned out to write. */
  refuse(exchange: Exchange, known: KnownHost): void;
  /** Says why nobody reads either, where the version that did is gone; false: it is no such time. */
  sayGone(exchange: Exchange, known: KnownHost): boolean;
  served(exchange: Exchange, known: KnownHost): void;
}

export function createGate({
  tally,
  limits,
  clock,
}: {
  readonly tally: Tally;
  readonly limits: Limits;
  readonly clock: Clock;
}): Gate {
  const refuse = (exchange: Exchange, known: KnownHost, page: RefusalPage): boolean => {
    const time = timeOf(known);
    if (!time) return false;
    tally.refused({ ...time, host: exchange.host.name, environment: known.environment });
    sendRefusal(exchange, known, { time, now: clock.now(), page });
    return true;
  };
  return {
    admit: async (exchange, known) => {
      if (!timeOf(known)) return true;
      const judged = await judge(exchange, limits);
      if (judged === 'writes') refuse(exchange, known, 'read-only');
      return judged === 'reads';
    },
    refuse: (exchange, known) => {
      refuse(exchange, known, LOOKING.has(exchange.req.method ?? '') ? 'updating' : 'read-only');
    },
    sayGone: (exchange, known) => refuse(exchange, known, 'updating'),
    served: (exchange, known) => {
      const time = timeOf(known);
      if (time) tally.served({ ...time, host: exchange.host.name, environment: known.environment });
    },
  };
}

type RefusalPage = Extract<PageName, 'read-only' | 'updating'>;

/** Whoever looks at a page that writes by being looked at has sent nothing that could be lost. */
const LOOKING = new Set(['GET', 'HEAD']);

const timeOf = ({ route }: KnownHost): ReadOnlyTime | null =>
  route.kind === 'read-only' ? { since: route.since, until: route.until } : null;

async function judge(exchange: Exchange, limits: Limits): Promise<'reads' | 'writes' | 'gone'> {
  const judged = judgeRequest(exchange.req.method ?? '', exchange.path);
  if (judged !== 'look') return judged;
  const kept = await keepBody(exchange, { bytes: BODY_BYTES, stallMs: limits.bodyStallMs });
  if (kept === 'gone') return 'gone';
  const reads = exchange.body !== null && bodyReads(exchange.path, exchange.body.toString('utf8'));
  return reads ? 'reads' : 'writes';
}

function sendRefusal(
  { req, res, path, facts }: Exchange,
  { route }: KnownHost,
  { time, now, page: name }: { readonly time: ReadOnlyTime; readonly now: Date; readonly page: RefusalPage },
): void {
  const seconds = retryAfter(time, now);
  const refusal = refusalFor({ path, contentType: req.headers['content-type'] }, time, now);
  if (refusal === null) {
    const page = { ...makePage(name, refusalFacts(time, now), now), retryAfter: seconds };
    sendMade({ req, res, route, requestId: facts.requestId }, page);
  } else if (!res.headersSent && !res.destroyed) {
    res.writeHead(503, refusal.reason ?? '', {
      'Content-Type': refusal.type,
      'Content-Length': Buffer.byteLength(refusal.body),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Slipway-Page': 'read-only',
      'X-Request-Id': facts.requestId,
      'Retry-After': seconds,
    });
    endAnswer(req, res, refusal.body);
  }
}
