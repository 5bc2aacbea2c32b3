import { afterAll, expect, inject, test } from 'vitest';
import { openSpace } from './space.ts';
import { ask, testServer } from './test-server.contract.ts';

const adminUrl = inject('postgresUrl');
const server = testServer(adminUrl, null).open(adminUrl, 'space');
afterAll(() => server.end());

test('the server says how large a database is, and the disk how much is free where somebody said which', async () => {
  await ask(adminUrl, 'create database space_large');
  try {
    expect(await openSpace(server, '/').bytes('space_large')).toBeGreaterThan(1_000_000);
    expect(await openSpace(server, '/').free()).toBeGreaterThan(0);
  } finally {
    await ask(adminUrl, 'drop database space_large');
  }
});

test('what is not there has no size, and what nobody can look at is not known', async () => {
  expect(await openSpace(server, null).bytes('space_none')).toBeNull();
  expect(await openSpace(server, null).free()).toBeNull();
  expect(await openSpace(server, '/no/such/folder').free()).toBeNull();
});
