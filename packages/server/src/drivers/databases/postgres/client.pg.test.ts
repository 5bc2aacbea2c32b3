import { setTimeout as pause } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import { AdminClient } from './client.ts';
import { ask } from './test-server.contract.ts';

const url = inject('postgresUrl');

it.each([
  ['a shared connection', undefined],
  ['a connection of its own', 'postgres'],
])('survives that %s breaks while nothing is asked on it', async (_, database) => {
  const admin = new AdminClient(new Secret(url));
  const work = admin.session(async (session) => {
    const [row] = await session.run('SELECT pg_backend_pid() AS pid');
    // As while a database is copied on another one. An unhandled 'error' event here would end the control plane.
    await ask(url, `SELECT pg_terminate_backend(${Number(row?.pid)})`);
    await pause(200);
    return session.run('SELECT 1');
  }, database);
  await expect(work).rejects.toMatchObject({ code: 'database-unreachable' });
  expect(await admin.session((session) => session.run('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  await admin.end();
});
