import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { onServer } from '../../../../../../test/setup/database.ts';
import { removeManagedPostgres, startManagedPostgres } from './managed.ts';

const started = async (name: string, below: string) => {
  const root = await mkdtemp(join(tmpdir(), 'slipway-managed-'));
  const instance = `test-${process.pid}-${name}`;
  const settings = {
    socket: '/var/run/docker.sock',
    instance,
    folder: join(root, below),
    image: 'slipway/postgres:17',
  };
  onTestFinished(async () => {
    await removeManagedPostgres(settings);
    await rm(root, { recursive: true, force: true });
  });
  const { url, port } = await startManagedPostgres(settings);
  const [row] = await onServer(
    url.reveal(),
    async (client) => (await client.query('select inet_client_addr() as from')).rows,
  );
  return { url: new URL(url.reveal()), port, from: row.from as string | null };
};

it('is reached by its socket, in which nothing stands between', async () => {
  const { url, from } = await started('short', 'postgres');

  expect(url.searchParams.get('host')).toMatch(/\/postgres\/socket$/);
  expect(from).toBeNull();
});

it('is reached by its port where the path of the socket is too long', async () => {
  const { url, port, from } = await started('long', 'a'.repeat(100));

  expect([url.host, url.search]).toEqual([`127.0.0.1:${port}`, '']);
  expect(from).not.toBeNull();
});
