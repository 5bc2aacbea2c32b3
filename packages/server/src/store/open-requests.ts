import { randomUUID } from 'node:crypto';
import type { Notification, Pool, PoolClient } from 'pg';
import {
  addressesOf,
  EDGE_CONNECTION,
  OPEN_ASKED,
  OPEN_TOLD,
  readOpenTold,
  writeOpenAsked,
} from '../domain/open-requests.ts';
import type { OpenRequests } from '../ports/open-requests.ts';
import { connect, query } from './queryable.ts';

/** For all edges to answer; they take milliseconds. */
const PATIENCE_MILLISECONDS = 2_000;
const EDGES = `select pid from pg_stat_activity where application_name = $1 and datname = current_database()`;

/** Asks every edge that is connected. */
export const openRequests = (db: Pool, patience = PATIENCE_MILLISECONDS): OpenRequests => ({
  count: async (upstream) => {
    const client = await connect(db);
    let broken: Error | undefined;
    try {
      return await ask(client, addressesOf(upstream), patience);
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  },
});

const ask = async (client: PoolClient, addresses: readonly string[], patience: number): Promise<number | null> => {
  const id = randomUUID();
  const answers = listenFor(client, id);
  try {
    await query(client, `listen ${OPEN_TOLD}`);
    const edges = (await query<{ pid: number }>(client, EDGES, [EDGE_CONNECTION])).map(({ pid }) => pid);
    if (edges.length === 0) return null;
    await query(client, 'select pg_notify($1, $2)', [OPEN_ASKED, writeOpenAsked({ id, addresses })]);
    return await answers.ofAll(edges, patience);
  } finally {
    answers.close();
    // The connection goes back to the others, who expect nothing of this.
    await query(client, `unlisten ${OPEN_TOLD}`);
  }
};

/** Answers by the process id of the edge's connection, which PostgreSQL vouches for. */
const listenFor = (client: PoolClient, id: string) => {
  const open = new Map<number, number>();
  let heard: () => void = () => undefined;
  const onNotification = ({ channel, payload, processId }: Notification): void => {
    const told = channel === OPEN_TOLD ? readOpenTold(payload ?? '') : null;
    if (told?.id !== id) return;
    open.set(processId, told.open);
    heard();
  };
  client.on('notification', onNotification);
  return {
    ofAll: async (edges: readonly number[], patience: number): Promise<number | null> => {
      const complete = (): boolean => edges.every((edge) => open.has(edge));
      const { promise, resolve } = Promise.withResolvers<void>();
      const late = setTimeout(resolve, patience);
      heard = () => complete() && resolve();
      heard();
      await promise;
      clearTimeout(late);
      return complete() ? [...open.values()].reduce((all, one) => all + one, 0) : null;
    },
    close: () => client.off('notification', onNotification),
  };
};
