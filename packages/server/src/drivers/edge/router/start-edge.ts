import type { Logger } from 'pino';
import { systemClock } from '../../../domain/clock.ts';
import { assembleEdge } from './assemble-edge.ts';
import { connectCall, openDatabase, wakeCall } from './client.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { OwnHost } from './routes/route-book.ts';
import { followRoutes, type RouteFeed } from './routes/route-feed.ts';
import { createRouteFile, readRouteFile } from './routes/route-file.ts';
import type { EdgeSettings } from './settings.ts';

/** How long a start waits for PostgreSQL before it serves what the file says. */
const FIRST_READ_MS = 3_000;

export interface RunningEdge {
  readonly port: number;
  /** Lets requests in flight end (30 s at most), then closes everything. May be called twice. */
  close(): Promise<void>;
}

/** The control plane serves it beside its API. */
const dashboardOf = ({ dashboardHost, controlUrl }: EdgeSettings): OwnHost | null => {
  if (dashboardHost === undefined) return null;
  const { hostname, port, protocol } = new URL(controlUrl);
  const number = Number(port) || (protocol === 'https:' ? 443 : 80);
  // Brackets are of addresses in URLs, not of sockets.
  const upstream = { host: hostname.replace(/^\[|\]$/g, ''), port: number, websocketPort: number };
  return { host: dashboardHost.toLowerCase(), upstream };
};

/**
 * Starts a whole edge in this process: routes from the file, then from PostgreSQL, then the port. PostgreSQL need not be there.
 * Failure: edge-port-taken.
 */
export async function startEdge(settings: EdgeSettings, logger: Logger, limits: Limits = LIMITS): Promise<RunningEdge> {
  const clock = systemClock;
  const source: { feed: RouteFeed | null } = { feed: null };
  const edge = assembleEdge({
    ...{ settings, logger, limits, clock },
    dashboard: dashboardOf(settings),
    wake: wakeCall(settings.controlUrl, settings.controlTokenFile),
    connect: connectCall(settings.controlUrl, settings.controlTokenFile),
    write: async (statement, parameters) => source.feed?.query(statement, parameters),
    databaseConnected: () => source.feed?.connected ?? false,
  });

  const remembered = await readRouteFile(settings.stateFile);
  if (remembered) edge.book.replaceAll(remembered);
  const file = createRouteFile(settings.stateFile, () => edge.book.rows(), {
    onError: (error) => logger.error({ err: error, file: settings.stateFile }, 'the routes could not be saved'),
  });
  let saved = false;
  const feed = followRoutes({
    ...{ book: edge.book, requests: edge.open, clock, logger },
    open: () => openDatabase(settings.databaseUrl),
    onRead: (changed) => {
      if (changed || !saved) file.save();
      saved = true;
    },
  });
  source.feed = feed;

  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    await edge.drain();
    await edge.activity.close();
    await edge.tally.close();
    await edge.measures.close();
    await feed.close();
    await file.settled();
    await edge.destroy();
  };
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  const tried = new AbortController();
  void feed.firstTry.then(() => tried.abort());
  await clock.sleep(FIRST_READ_MS, tried.signal);
  try {
    return { port: await edge.listen(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
