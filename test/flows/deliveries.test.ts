import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { handleEvent } from '../../packages/server/src/flows/handle-event.ts';
import { processDelivery } from '../../packages/server/src/intake/github/process-delivery.ts';
import type { CommitStatus, SourceHost } from '../../packages/server/src/ports/source-host.ts';
import { openDeliveryStore } from '../../packages/server/src/start/delivery-store.ts';
import { processNextDelivery } from '../../packages/server/src/store/deliveries.ts';
import { connect } from '../../packages/server/src/store/queryable.ts';
import { preview, runStates } from './look.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/github/webhooks');

interface Payload {
  action: string;
  sender: { login: string };
  pull_request: {
    number: number;
    title: string;
    updated_at: string;
    labels: { name: string }[];
    user: { login: string };
    head: { sha: string; ref: string; repo: { full_name: string } };
    base: { ref: string };
  };
}

/** Recorded by GitHub; the commits are those of our repository. */
const recorded = async (
  action: 'opened' | 'synchronize' | 'closed',
  sha: string,
  change: (payload: Payload) => void = () => undefined,
) => {
  const payload = JSON.parse(await readFile(join(FIXTURES, `pull_request/${action}.payload.json`), 'utf8')) as Payload;
  payload.pull_request.head.sha = sha;
  payload.pull_request.base.ref = 'main';
  change(payload);
  return { event: 'pull_request', body: Buffer.from(JSON.stringify(payload)) };
};

const comment = async (text: string, login: string) => {
  const payload = JSON.parse(await readFile(join(FIXTURES, 'issue_comment/created.payload.json'), 'utf8')) as {
    issue: { number: number; pull_request?: object };
    comment: { body: string; user: { login: string } };
    sender: { login: string };
  };
  payload.issue.number = 2;
  payload.issue.pull_request = { url: 'https://api.github.com/repos/Codertocat/Hello-World/pulls/2' };
  payload.comment.body = text;
  payload.comment.user.login = login;
  payload.sender.login = login;
  return { event: 'issue_comment', body: Buffer.from(JSON.stringify(payload)) };
};

/** Codertocat may write, strangers may not. */
const host: SourceHost = {
  kind: 'github',
  upsertComment: async () => '1',
  setStatus: async (_repository: string, _status: CommitStatus) => undefined,
  setDeployment: async () => undefined,
  mayWrite: async (_repository, user) => user === 'Codertocat',
};

let shop: Shop;
let first: string;
let second: string;
beforeAll(async () => {
  shop = await makeShop();
  first = await shop.push('changes', { 'README.md': 'One\n' });
  second = await shop.push('changes', { 'README.md': 'Two\n' });
});
afterAll(() => shop.remove());

let site: Site;
let plane: ControlPlane;
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start({ sourceHost: host });
});
afterEach(() => site.remove());

const deliver = async (delivery: { event: string; body: Buffer }): Promise<string> => {
  const event = processDelivery(delivery);
  const outcome = event.kind === 'ignored' ? `ignored: ${event.reason}` : await handleEvent(plane.slipway, event);
  await plane.drain();
  return outcome;
};

const later = (minutes: number) => (payload: Payload) => {
  payload.pull_request.updated_at = new Date(Date.UTC(2019, 4, 15, 15, 20 + minutes)).toISOString();
};

const byStranger = (payload: Payload): void => {
  payload.pull_request.user.login = 'stranger';
  payload.sender.login = 'stranger';
  payload.pull_request.head.repo.full_name = 'stranger/Hello-World';
};

test('A pull request is opened, pushed to and closed, and its preview follows', async () => {
  expect(await deliver(await recorded('opened', first))).toMatch(/^opening: /);
  expect(await preview(plane, 2)).toMatchObject({ state: 'live', liveSha: first, branch: 'changes' });
  expect(await deliver(await recorded('synchronize', second, later(5)))).toMatch(/^opening: /);
  expect(await preview(plane, 2)).toMatchObject({ state: 'live', liveSha: second });
  expect(await deliver(await recorded('closed', second, later(10)))).toMatch(/^closing: /);
  expect(await preview(plane, 2)).toMatchObject({ state: 'closed' });
  expect([...site.world.containers.keys()]).toEqual([]);
});

test('Deliveries that come in the wrong order, or twice, end where the newest one wants', async () => {
  await deliver(await recorded('synchronize', second, later(5)));
  expect(await deliver(await recorded('opened', first))).toMatch(/^ignored: /);
  expect(await preview(plane, 2)).toMatchObject({ state: 'live', liveSha: second });
  await deliver(await recorded('closed', second, later(10)));
  expect(await deliver(await recorded('synchronize', second, later(5)))).toMatch(/^ignored: /);
  expect(await preview(plane, 2)).toMatchObject({ state: 'closed' });
});

test('A stranger gets no build until a maintainer approves', async () => {
  expect(await deliver(await recorded('opened', first, byStranger))).toMatch(/^blocked: /);
  expect(await preview(plane, 2)).toMatchObject({ state: 'blocked', approved: false });
  expect(await runStates(plane)).toEqual([]);
  expect(await deliver(await comment('/slipway approve', 'stranger'))).toMatch(/^ignored: /);
  expect(await runStates(plane)).toEqual([]);
  expect(await deliver(await comment('/slipway approve', 'Codertocat'))).toMatch(/^approved: /);
  expect(await preview(plane, 2)).toMatchObject({ state: 'live', liveSha: first, approved: true });
});

test('A pull request that says so in its title is left alone', async () => {
  const outcome = await deliver(
    await recorded('opened', first, (payload) => {
      payload.pull_request.title = 'Typo [skip ci]';
    }),
  );
  expect(outcome).toMatch(/^ignored: /);
  expect(await runStates(plane)).toEqual([]);
});

test('An event of a repository that no project uses is named as such', async () => {
  const body = await readFile(join(FIXTURES, 'pull_request/opened.payload.json'), 'utf8');
  const other = body.replaceAll('Codertocat/Hello-World', 'someone/else');
  expect(await deliver({ event: 'pull_request', body: Buffer.from(other) })).toBe(
    'ignored: no project uses someone/else',
  );
});

test('A delivery is kept while all connections of the control plane are busy, byte for byte, and once', async () => {
  const { db } = plane.slipway;
  const store = await openDeliveryStore(new Secret(site.url));
  const busy = await Promise.all(Array.from({ length: db.options.max }, () => connect(db)));
  // A part of a larger buffer, as the server hands bodies over.
  const body = Buffer.from('before{"zen":"ü"}').subarray(6);
  const deliver = (repository: string) =>
    store.saveDelivery({ id: 'one', event: 'push', repository, receivedAt: new Date(), body });
  try {
    expect(await deliver('someone/else')).toBe('unknown-repository');
    expect((await Promise.all([1, 2, 3].map(() => deliver('codertocat/hello-world')))).toSorted()).toEqual([
      'duplicate',
      'duplicate',
      'new',
    ]);
  } finally {
    for (const client of busy) client.release();
    await store.end();
  }
  await processNextDelivery(db, async (_, kept) => {
    expect(kept.body.toString()).toBe('{"zen":"ü"}');
    return 'read';
  });
});
