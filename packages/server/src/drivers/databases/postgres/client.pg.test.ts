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

it('holds a lock no longer than the work under it, on a connection that is used again', async () => {
  const admin = new AdminClient(new Secret(url));
  const holder = (): Promise<unknown> =>
    admin.locked('one', async (session) => (await session.run('SELECT pg_backend_pid() AS pid'))[0]?.pid);
  const first = await holder();
  expect(await holder()).toBe(first);

  const other = new AdminClient(new Secret(url));
  expect(await other.tryLocked('one', async () => undefined)).toBe(true);
  await other.end();
  await admin.end();
});

it('lets go of the lock of work that failed, with its connection', async () => {
  const admin = new AdminClient(new Secret(url));
  let pid: unknown;
  const failing = admin.locked('two', async (session) => {
    pid = (await session.run('SELECT pg_backend_pid() AS pid'))[0]?.pid;
    throw new Error('half way');
  });
  await expect(failing).rejects.toThrow('half way');

  const next = await admin.locked('two', async (session) => (await session.run('SELECT pg_backend_pid() AS pid'))[0]);
  expect(next?.pid).not.toBe(pid);
  await admin.end();
});

it('gives nested work under a lock a connection of its own', async () => {
  const admin = new AdminClient(new Secret(url));
  const depth = async (left: number): Promise<number> =>
    left === 0 ? 0 : 1 + (await admin.locked(`nested ${left}`, () => depth(left - 1)));
  // More than the shared ones are.
  expect(await depth(12)).toBe(12);
  await admin.end();
});
