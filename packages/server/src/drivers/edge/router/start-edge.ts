import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '@slipway/contracts/failure';
import type { Logger } from 'pino';
import { systemClock } from '../../../domain/clock.ts';
import { createActivity } from './activity.ts';
import { openDatabase, wakeCall } from './client.ts';
import { LIMITS, type Limits } from './limits.ts';
import { createRouteBook } from './routes/route-book.ts';
import { followRoutes } from './routes/route-feed.ts';
import { createRouteFile, readRouteFile } from './routes/route-file.ts';
import { createUpstreams } from './routes/upstreams.ts';
import { createEdgeServer } from './server.ts';
import { type EdgeSettings, proxyList } from './settings.ts';
import { createWaitingRoom } from './waiting/waiting-room.ts';
import { createWaker } from './waiting/waker.ts';

/** How long a start waits for PostgreSQL before it serves what the file says. */
const FIRST_READ_MS = 3_000;

export interface RunningEdge {
  readonly port: number;
  /** Lets requests in flight end (30 s at most), then closes everything. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts a whole edge in this process: routes from the file, then from PostgreSQL, then the port. PostgreSQL need not be there.
 * Failure: edge-port-taken.
 */
export async function startEdge(settings: EdgeSettings, logger: Logger, limits: Limits = LIMITS): Promise<RunningEdge> {
  const clock = systemClock;
  const upstreams = createUpstreams(limits);
  const book = createRouteBook(upstreams);
  const remembered = await readRouteFile(settings.stateFile);
  if (remembered) book.replaceAll(remembered);

  const file = createRouteFile(settings.stateFile, () => book.rows(), {
    onError: (error) => logger.error({ err: error, file: settings.stateFile }, 'the routes could not be saved'),
  });
  let saved = false;
  const onRead = (changed: boolean): void => {
    if (changed || !saved) file.save();
    saved = true;
  };
  const feed = followRoutes({ open: () => openDatabase(settings.databaseUrl), book, clock, logger, onRead });
  const room = createWaitingRoom(book, limits);
  const waker = createWaker({ call: wakeCall(settings.controlUrl, settings.controlTokenFile), book, clock, logger });
  const activity = createActivity((statement, parameters) => feed.query(statement, parameters), clock);
  const shared = { book, room, waker, activity, limits, logger, wakeMs: settings.holdSeconds * 1_000 };
  const edge = createEdgeServer({
    ...shared,
    trusted: proxyList(settings.trustedProxies),
    newRequestId: randomUUID,
    databaseConnected: () => feed.connected,
  });

  const closeAll = async (): Promise<void> => {
    room.close();
    waker.close();
    if (edge.server.listening) await edge.drain();
    await activity.close();
    await feed.close();
    await file.settled();
    await upstreams.destroy();
  };
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= closeAll());

  await Promise.race([feed.firstTry, clock.sleep(FIRST_READ_MS)]);
  try {
    await listen(edge.server, settings.listen);
  } catch (error) {
    await close();
    throw error;
  }
  return { port: (edge.server.address() as AddressInfo).port, close };
}

async function listen(server: Server, address: EdgeSettings['listen']): Promise<void> {
  server.listen({ host: address.host, port: address.port });
  try {
    await once(server, 'listening');
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw taken ? new Failure('edge-port-taken', { port: address.port }, error) : error;
  }
}
