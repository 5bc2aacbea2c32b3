import type { Clock } from '../../../../domain/clock.ts';
import type { Limits } from '../limits.ts';
import { makePage } from '../pages/pages.ts';
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
  /** A clear no; also for what turned out to write. */
  refuse(exchange: Exchange, known: KnownHost): void;
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
  const refuse: Gate['refuse'] = (exchange, known) => {
    const time = timeOf(known);
    if (!time) return;
    tally.refused({ ...time, host: exchange.host.name, environment: known.environment });
    sendRefusal(exchange, known, { time, now: clock.now() });
  };
  return {
    admit: async (exchange, known) => {
      if (!timeOf(known)) return true;
      const judged = await judge(exchange, limits);
      if (judged === 'writes') refuse(exchange, known);
      return judged === 'reads';
    },
    refuse,
    served: (exchange, known) => {
      const time = timeOf(known);
      if (time) tally.served({ ...time, host: exchange.host.name, environment: known.environment });
    },
  };
}

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
  { time, now }: { readonly time: ReadOnlyTime; readonly now: Date },
): void {
  const seconds = retryAfter(time, now);
  const refusal = refusalFor({ path, contentType: req.headers['content-type'] }, time, now);
  if (refusal === null) {
    const page = { ...makePage('read-only', refusalFacts(time, now)), retryAfter: seconds };
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
