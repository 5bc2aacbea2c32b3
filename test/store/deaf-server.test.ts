import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { inTransaction, openPool, query } from '../../packages/server/src/store/queryable.ts';

/** Between us and PostgreSQL; `deaf`: what is sent is taken, and nothing comes back. No connection ends. */
let between: Server;
let deaf: boolean;
let url: string;
const sockets = new Set<Socket>();

beforeEach(async () => {
  deaf = false;
  const real = new URL(inject('postgresUrl'));
  const [port, host] = [Number(real.port), real.hostname];
  between = createServer((client) => {
    const upstream = connect(port, host);
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
    client.on('data', (bytes) => deaf || upstream.write(bytes)).on('close', () => upstream.destroy());
    upstream.on('data', (bytes) => deaf || client.write(bytes));
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  real.host = `127.0.0.1:${(between.address() as AddressInfo).port}`;
  url = real.href;
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  between.close();
});

describe('a PostgreSQL that takes a statement and never answers', () => {
  test('is unreachable after a while, and asked again on a new connection', async () => {
    const pool = openPool(url, { max: 2, patienceMilliseconds: 300 });
    try {
      await query(pool, 'select 1');
      deaf = true;
      await expect(query(pool, 'select 2')).rejects.toMatchObject({ code: 'database-unreachable' });
      deaf = false;
      expect(await query(pool, 'select 3 as three')).toEqual([{ three: 3 }]);
    } finally {
      await pool.end();
    }
  });

  test('does not keep a transaction, nor its connection', async () => {
    const pool = openPool(url, { max: 1, patienceMilliseconds: 300 });
    try {
      const broken = inTransaction(pool, async (tx: pg.PoolClient) => {
        deaf = true;
        await query(tx, 'select 1');
      });
      await expect(broken).rejects.toMatchObject({ code: 'database-unreachable' });
      deaf = false;
      expect(await inTransaction(pool, (tx) => query(tx, 'select 3 as three'))).toEqual([{ three: 3 }]);
    } finally {
      await pool.end();
    }
  });
});
