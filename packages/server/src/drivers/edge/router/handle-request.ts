import type { Logger } from 'pino';
import type { Clock } from '../../../domain/clock.ts';
import { type Activity, isUse } from './activity.ts';
import type { Limits } from './limits.ts';
import type { Measures } from './measures.ts';
import type { OpenRequests } from './open-requests.ts';
import type { PageName } from './pages/pages.ts';
import { sendPage } from './pages/send-page.ts';
import type { Exchange } from './proxy/exchange.ts';
import { forward, mayRetry } from './proxy/forward.ts';
import { isWebsocketPath } from './proxy/host.ts';
import type { Gate } from './read-only/gate.ts';
import { type KnownHost, NO_ENVIRONMENT, type RouteBook } from './routes/route-book.ts';
import type { UpstreamPool } from './routes/upstreams.ts';
import type { Guest, Waited, WaitingRoom } from './waiting/waiting-room.ts';
import type { Waker } from './waiting/waker.ts';

/** What requests share. */
export interface Edge {
  readonly clock: Pick<Clock, 'now'>;
  readonly book: RouteBook;
  readonly room: WaitingRoom;
  readonly waker: Waker;
  readonly activity: Activity;
  readonly gate: Gate;
  readonly measures: Measures;
  readonly open: OpenRequests;
  readonly limits: Limits;
  readonly wakeMs: number;
  readonly logger: Logger;
}

export type Serving = KnownHost & { readonly http: UpstreamPool; readonly websocket: UpstreamPool };
type Held =
  | { readonly kind: 'serving'; readonly known: Serving }
  | { readonly kind: 'page'; readonly page: PageName }
  | { readonly kind: 'gone' };

/** Whose request it is and until when it may be held; one per request, over all its turns. */
export interface Patience {
  readonly host: string;
  readonly guest: Guest;
  /** False for what tabs ask for by themselves: it waits out a swap but wakes nobody. */
  readonly wakes: boolean;
  readonly since: number;
  /** Milliseconds from `since`: the longest that any of its routes allowed, since who is woken may still meet a swap. */
  limit: number;
}

/** Answers one request: sends it on, or holds it until it can, or says why not. */
export async function handleRequest(edge: Edge, exchange: Exchange): Promise<void> {
  const { req, res, host, facts } = exchange;
  const page = await serveOrSayWhyNot(edge, exchange);
  const route = edge.book.find(host.name)?.route;
  if (page) sendPage({ req, res, route, requestId: facts.requestId, now: edge.clock.now() }, page);
}

/** Null when answered, or when nobody is left to answer to. */
async function serveOrSayWhyNot(edge: Edge, exchange: Exchange): Promise<PageName | null> {
  const { host, res, path } = exchange;
  const patience: Patience = { host: host.name, guest: res, wakes: isUse(path), since: performance.now(), limit: 0 };
  let refusedSince: number | null = null;
  for (;;) {
    const held = await untilServing(edge, patience);
    if (held.kind === 'gone') return null;
    if (held.kind === 'page') return held.page;
    const failure = await serve(edge, exchange, held.known);
    if (!failure) return null;
    refusedSince ??= performance.now();
    const next = await afterFailure(edge, exchange, { failure, refusedSince });
    if (next === 'again') continue;
    if (next === 'gone') return null;
    measure(edge, held.known, { outcome: { kind: 'given-up' }, begun: refusedSince, exchange });
    return edge.gate.sayGone(exchange, edge.book.find(host.name) ?? held.known) ? null : 'bad-gateway';
  }
}

/** Holds while the host sleeps or is between two versions; the request's body stays unread meanwhile. */
export async function untilServing(edge: Edge, patience: Patience): Promise<Held> {
  for (;;) {
    const now = lookUp(edge, patience);
    if (now.kind !== 'wait') return now;
    if (now.asleep) edge.waker.ask(patience.host, now.environment);
    patience.limit = Math.max(patience.limit, now.asleep ? edge.wakeMs : edge.limits.holdMs);
    const left = patience.since + patience.limit - performance.now();
    const waited = await edge.room.wait(patience.host, patience.guest, left);
    const end = endOfWait(waited, now);
    if (end) return end;
  }
}

/** Null when the route changed: then it is looked up again. */
function endOfWait(waited: Waited, { asleep }: Waiting): Held | null {
  if (waited === 'changed') return null;
  if (waited === 'gone') return { kind: 'gone' };
  if (waited === 'full') return { kind: 'page', page: 'busy' };
  return { kind: 'page', page: asleep ? 'waking' : 'restarting' };
}

type Waiting = { readonly kind: 'wait'; readonly asleep: boolean; readonly environment: string };

/** What the route says at this moment. */
function lookUp({ book }: Edge, { host, wakes }: Patience): Held | Waiting {
  const known = book.find(host);
  if (!known) return { kind: 'page', page: book.loaded ? 'not-found' : 'starting' };
  if (isServing(known)) return { kind: 'serving', known };
  if (known.route.kind === 'page') return { kind: 'page', page: known.route.page };
  const asleep = known.route.kind === 'wake';
  return asleep && !wakes ? { kind: 'page', page: 'waking' } : { kind: 'wait', asleep, environment: known.environment };
}

const isServing = (known: KnownHost): known is Serving => known.http !== null && known.websocket !== null;

/** Null when answered (or nobody is left to answer to). Counted from the moment at which its upstream was found: none slips between two routes. */
async function serve(edge: Edge, exchange: Exchange, known: Serving) {
  const upstream = isWebsocketPath(exchange.path) ? known.websocket : known.http;
  const ended = edge.open.begin(upstream.address);
  try {
    return await send(edge, exchange, { known, upstream });
  } finally {
    ended();
  }
}

async function send(
  edge: Edge,
  exchange: Exchange,
  { known, upstream }: { readonly known: Serving; readonly upstream: UpstreamPool },
) {
  if (!(await edge.gate.admit(exchange, known))) return null;
  const counts = isUse(exchange.path) && known.environment !== NO_ENVIRONMENT;
  if (counts && exchange.upstream === null) edge.activity.touch(known.environment);
  const begun = performance.now();
  const outcome = await forward(exchange, upstream, edge.limits);
  // A report of ten minutes is use until its end.
  if (counts && performance.now() - begun > 10_000) edge.activity.touch(known.environment, 'again');
  if (outcome.kind === 'answered') edge.gate.served(exchange, known);
  measure(edge, known, { outcome, begun, exchange });
  // By what the route is now: it may have been sent before the database was closed to writes.
  if (outcome.kind === 'refused') edge.gate.refuse(exchange, edge.book.find(exchange.host.name) ?? known);
  return outcome.kind === 'failed' ? outcome : null;
}

interface Measured {
  readonly outcome: { readonly kind: 'answered' | 'gone' | 'refused' | 'failed' | 'given-up' };
  readonly begun: number;
  readonly exchange: Exchange;
}

/** Of what is sent once more only the end counts, and of what a closed database refuses, or a tab asks for by itself, nothing. */
function measure({ measures }: Edge, { environment }: KnownHost, { outcome, begun, exchange }: Measured): void {
  if (outcome.kind === 'refused' || outcome.kind === 'failed' || !isUse(exchange.path)) return;
  if (environment === NO_ENVIRONMENT) return;
  const status = { answered: exchange.res.statusCode, gone: null, 'given-up': 502 }[outcome.kind];
  const now = performance.now();
  measures.answered({ environment, status, milliseconds: (exchange.answeredAt ?? now) - begun, ago: now - begun });
}

type Failed = NonNullable<Awaited<ReturnType<typeof serve>>>;

/** An upstream that refuses may be restarting, or its route about to change: a few seconds of patience spare a 502. */
async function afterFailure(
  edge: Edge,
  exchange: Exchange,
  { failure, refusedSince }: { readonly failure: Failed; readonly refusedSince: number },
): Promise<'again' | 'gone' | 'give-up'> {
  const { limits, room, logger } = edge;
  const left = refusedSince + limits.retryMs - performance.now();
  const waited = mayRetry(exchange, failure)
    ? await room.wait(exchange.host.name, exchange.res, Math.min(limits.retryPauseMs, left))
    : 'full';
  if (waited === 'gone') return 'gone';
  if (waited !== 'full' && left > 0) return 'again';
  const { host, upstream } = exchange;
  logger.warn({ host: host.name, upstream, sent: failure.sent, err: failure.error }, 'the upstream did not answer');
  return 'give-up';
}
