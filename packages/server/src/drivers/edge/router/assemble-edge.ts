import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Failure } from '@slipway/contracts/failure';
import type { Logger } from 'pino';
import type { Clock } from '../../../domain/clock.ts';
import { type Activity, createActivity } from './activity.ts';
import type { ConnectCall, WakeCall } from './client.ts';
import type { Limits } from './limits.ts';
import { createMeasures, type Measures } from './measures.ts';
import { createOpenRequests, type OpenRequests } from './open-requests.ts';
import { createGate } from './read-only/gate.ts';
import { createTally, type Tally } from './read-only/tally.ts';
import { createRouteBook, type OwnHost, type RouteBook } from './routes/route-book.ts';
import { createUpstreams } from './routes/upstreams.ts';
import { createEdgeServer, type EdgeServer } from './server.ts';
import { type EdgeSettings, proxyList } from './settings.ts';
import { createWaitingRoom } from './waiting/waiting-room.ts';
import { createWaker } from './waiting/waker.ts';

export interface EdgeParts {
  readonly settings: Pick<EdgeSettings, 'listen' | 'trustedProxies' | 'holdSeconds'>;
  /** Where the dashboard is, and what it is called; left out: nowhere. */
  readonly dashboard?: OwnHost | null;
  readonly logger: Logger;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly wake: WakeCall;
  readonly connect: ConnectCall;
  /** Runs one statement on PostgreSQL; rejects while it is away. */
  readonly write: (statement: string, parameters: readonly unknown[]) => Promise<void>;
  readonly databaseConnected: () => boolean;
}

/** Everything of an edge but the source of its routes: whoever has them puts them into the book. */
export interface AssembledEdge {
  readonly book: RouteBook;
  /** Returns the port. Failure: edge-port-taken. */
  listen(): Promise<number>;
  /** Lets requests in flight end, then closes all but the source of the routes. */
  drain(): Promise<void>;
  /** After `drain`, and after the last use was told. */
  destroy(): Promise<void>;
  readonly activity: Activity;
  readonly tally: Tally;
  readonly measures: Measures;
  readonly open: OpenRequests;
}

export function assembleEdge({
  settings,
  dashboard = null,
  logger,
  limits,
  clock,
  wake,
  connect,
  write,
  databaseConnected,
}: EdgeParts): AssembledEdge {
  const upstreams = createUpstreams(limits);
  const book = createRouteBook(upstreams, dashboard);
  const room = createWaitingRoom(book, limits);
  const waker = createWaker({ call: wake, book, clock, logger });
  const activity = createActivity(write, clock);
  const tally = createTally({ write, book, clock, logger });
  const measures = createMeasures(write, clock);
  const open = createOpenRequests();
  const gate = createGate({ tally, limits, clock });
  const edge = createEdgeServer({
    ...{ book, room, waker, activity, gate, measures, open, limits, clock, logger, connect, databaseConnected },
    wakeMs: settings.holdSeconds * 1_000,
    trusted: proxyList(settings.trustedProxies),
    newRequestId: randomUUID,
  });
  return {
    book,
    activity,
    tally,
    measures,
    open,
    listen: () => listen(edge, settings.listen),
    drain: async () => {
      // Who is held stays held, in case the route changes in time; at the limit there is still time for an answer.
      const last = setTimeout(() => room.close(), limits.drainMs * 0.9);
      if (edge.server.listening) await edge.drain();
      clearTimeout(last);
      room.close();
      waker.close();
    },
    destroy: () => upstreams.destroy(),
  };
}

async function listen({ server }: EdgeServer, address: EdgeSettings['listen']): Promise<number> {
  // The one that takes our place listens beside us before we stop, so that there is no moment at which nobody does.
  server.listen({ host: address.host, port: address.port, reusePort: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw taken ? new Failure('edge-port-taken', { port: address.port }, error) : error;
  }
  return (server.address() as AddressInfo).port;
}
