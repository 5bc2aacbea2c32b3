import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { systemClock } from '../../../../domain/clock.ts';
import { OPEN_ASKED } from '../../../../domain/open-requests.ts';
import { LIMITS } from '../limits.ts';
import { createOpenRequests } from '../open-requests.ts';
import { pause, until } from '../testing/edge-kit.ts';
import { createRouteBook } from './route-book.ts';
import { followRoutes } from './route-feed.ts';
import { createUpstreams } from './upstreams.ts';

/** A connection on which every statement is noted. */
class Connection extends EventEmitter {
  readonly asked: string[] = [];
  readonly query = async (text: string): Promise<{ rows: unknown[] }> => {
    this.asked.push(text);
    return { rows: [] };
  };
  readonly end = async (): Promise<void> => undefined;
  reads(): number {
    return this.asked.filter((text) => text.endsWith('from ops.routes')).length;
  }
}

it('reads all routes from time to time also while it is asked about requests without a pause', async () => {
  const connection = new Connection();
  const requests = createOpenRequests();
  const feed = followRoutes({
    ...{ requests, clock: systemClock, logger: pino({ level: 'silent' }), fullEveryMs: 100, onRead: () => undefined },
    open: async () => connection as unknown as pg.Client,
    book: createRouteBook(createUpstreams(LIMITS)),
  });
  await feed.firstTry;
  const asking = setInterval(
    () => connection.emit('notification', { channel: OPEN_ASKED, payload: 'q1 127.0.0.1:8069' }),
    5,
  );
  await until(() => connection.reads() >= 4);
  const answered = connection.asked.filter((text) => text.includes('pg_notify')).length;
  clearInterval(asking);
  // Questions alone make it read nothing.
  expect(answered).toBeGreaterThan(10);
  expect(connection.reads()).toBeLessThan(answered / 2);
  await pause(10);
  await feed.close();
});
