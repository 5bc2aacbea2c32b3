/** Live events and shells over everything that stands between a browser and the control plane: the edge, and the intake thread. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { LiveEvent } from '@slipway/contracts/change-views';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import { ApiClient } from '../../packages/cli/src/api/client.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { openBrowser, openPage } from './browser.ts';
import { seed } from './seed.ts';
import { cookiesOf, openSessionStand, type SessionStand } from './session-stand.ts';

const SOON = { timeout: 60_000 };

let browser: Browser;
let stand: SessionStand;
const ending: (() => void)[] = [];
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  stand = await openSessionStand(inject('postgresUrl'));
  await seed(stand.db, { previews: 6, lines: 10 });
});
afterEach(async () => {
  for (const end of ending.splice(0)) end();
  await stand?.close();
});

const setTitle = (number: number, title: string): Promise<unknown> =>
  query(stand.db, 'update ops.environments set title = $2, updated_at = now() where id = $1', [
    `shop/pr-${number}`,
    title,
  ]);

/** By cookie, through the edge: what came so far. */
const readEvents = async (headers: Readonly<Record<string, string>> = {}) => {
  const asked = get({
    ...{ host: '127.0.0.1', port: stand.port, path: '/api/v1/events', agent: false },
    headers: { host: new URL(stand.origin).host, cookie: stand.owner.cookie(), ...headers },
  });
  asked.on('error', () => undefined);
  ending.push(() => asked.destroy());
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  const ended = new Promise((resolve) => answer.once('close', resolve));
  answer.on('error', () => undefined);
  answer.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return { status: answer.statusCode, text: () => text, ended };
};
const lastIdIn = (text: string): string => [...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? '';
const told = (text: string): number => [...text.matchAll(/^event: change$/gm)].length;

test('events come through as they happen, and go on behind the last one after the control plane was away', async () => {
  const reader = await readEvents();
  await expect.poll(reader.text, SOON).toContain('id: ');
  await setTitle(4, 'First');
  // Nothing in between gathers them: the stream is still open.
  await expect.poll(() => told(reader.text()), SOON).toBe(1);

  await stand.stop();
  await reader.ended;
  await setTitle(4, 'Second');
  await setTitle(6, 'Third');
  expect((await readEvents()).status).toBe(502);
  await stand.back();

  const again = await readEvents({ 'last-event-id': lastIdIn(reader.text()) });
  await expect.poll(() => told(again.text()), SOON).toBe(2);
  expect(again.text()).not.toContain('event: reset');
});

test('`slipway events` goes on by itself when the control plane is back, and leaves nothing out', async () => {
  const stop = new AbortController();
  ending.push(() => stop.abort());
  const made = await stand.owner.ask('POST', '/api/v1/me/tokens', {
    body: { name: 'events', scopes: ['read'], expires: '30d' },
  });
  const client = new ApiClient({ url: `http://127.0.0.1:${stand.api}`, token: made.body.token }, stop.signal);
  const seen: LiveEvent[] = [];
  const following = (async () => {
    for await (const event of client.events({ parameters: {}, query: {} })) seen.push(event);
  })().catch((error: Error) => error.name);
  const subjects = (): (string | undefined)[] => seen.map(({ change }) => change?.id);
  await expect
    .poll(async () => {
      await setTitle(4, `Title ${Math.random()}`);
      return seen.length;
    }, SOON)
    .toBeGreaterThan(0);
  const before = seen.length;

  await stand.stop();
  await setTitle(5, 'While it was away');
  await stand.back();
  await setTitle(6, 'When it was back');

  await expect
    .poll(
      () =>
        subjects()
          .slice(before)
          .filter((id) => id !== 'shop/pr-4'),
      SOON,
    )
    .toEqual([...['shop/pr-5', 'shop/pr-6']]);
  expect(seen.map(({ event }) => event)).not.toContain('reset');
  stop.abort();
  await following;
});

test('what changes between the first answer and the first event is shown', async () => {
  const { page, context } = await openPage(browser);
  await context.addCookies(cookiesOf(stand.owner));
  const listening = Promise.withResolvers<void>();
  await page.route('**/api/v1/events*', async (route) => {
    await listening.promise;
    await route.continue();
  });
  await page.goto(`${stand.origin}/projects/shop`);
  const card = page.locator('[data-card="shop/pr-4"]');
  await card.waitFor(SOON);
  await setTitle(4, 'Before anybody listened');
  listening.resolve();
  // Sooner than the page asks by itself where it is told nothing.
  await card.getByText('Before anybody listened').waitFor({ timeout: 4000 });
  await context.close();
});

test('the dashboard shows what happened while the control plane was away, and is told again from then on', async () => {
  const { page, context } = await openPage(browser);
  await context.addCookies(cookiesOf(stand.owner));
  const asked: string[] = [];
  page.on('request', (one) => {
    if (one.url().includes('/api/v1/events')) asked.push(one.url());
  });
  await page.goto(`${stand.origin}/projects/shop`);
  const card = (number: number) => page.locator(`[data-card="shop/pr-${number}"]`);
  await card(4).waitFor(SOON);
  await setTitle(4, 'Told at once');
  await card(4).getByText('Told at once').waitFor({ timeout: 20_000 });

  await stand.stop();
  await page.getByText('Slipway does not answer').waitFor(SOON);
  await setTitle(4, 'While it was away');
  await stand.back();
  await card(4).getByText('While it was away').waitFor(SOON);
  await page.getByText('Slipway does not answer').waitFor({ state: 'detached', timeout: 60_000 });
  // It is a stream again, and not only asked now and then.
  await expect.poll(() => asked.length, SOON).toBeGreaterThan(1);
  await page.waitForFunction(() => performance.getEntriesByType('resource').length > 0);
  await setTitle(6, 'Told again');
  await card(6).getByText('Told again').waitFor(SOON);
  await context.close();
});

test('an upgrade passes with its Host, Origin and cookie, and is refused by the same rules', async () => {
  const statusOf = (origin: string | undefined, cookie: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${stand.port}/api/v1/shells/shl_none/attach`, {
        headers: { host: new URL(stand.origin).host, cookie, ...(origin === undefined ? {} : { origin }) },
      });
      socket.once('unexpected-response', (_, answer) => {
        resolve(answer.statusCode ?? 0);
        answer.resume();
      });
      socket.once('open', () => reject(new Error('it was let in')));
      socket.on('error', () => undefined);
    });
  const cookie = stand.owner.cookie();

  // Known, and from our page: all that is wrong is that there is no such shell.
  expect(await statusOf(stand.origin, cookie)).toBe(404);
  expect(await statusOf(stand.strange, cookie)).toBe(403);
  expect(await statusOf('null', cookie)).toBe(403);
  expect(await statusOf(stand.origin, '')).toBe(401);
});
