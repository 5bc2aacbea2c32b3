import { expect, inject, test } from 'vitest';
import { openPool } from '../../packages/server/src/store/queryable.ts';

/** pg's pool takes its listener away before the connection is closed: a server that stops just then would end the process. */
test('what a server says to a connection that was let go ends nothing', async () => {
  const pool = openPool(inject('postgresUrl'), { max: 1 });
  const client = await pool.connect();
  client.release();
  const ended = pool.end();
  expect(() => client.emit('error', new Error('terminating connection due to administrator command'))).not.toThrow();
  await ended;
});
