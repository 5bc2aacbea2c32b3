/** Sessions of the real library: what their cookie is, what ends them, and what a page below the same domain can do to whoever has one. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openBrowser, openPage } from './browser.ts';
import { cookiesOf, DOMAIN, openSessionStand, PASSWORD, type SessionStand } from './session-stand.ts';

const ADA = 'ada@example.org';
const COOKIE = 'slipway.session_token';
const OTHER_PASSWORD = 'paper tiger 43';

let stand: SessionStand;
let browser: Browser;
beforeAll(async () => {
  [stand, browser] = await Promise.all([openSessionStand(inject('postgresUrl')), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await stand?.close();
});

type Visitor = ReturnType<SessionStand['visitor']>;
const signedIn = async (password = PASSWORD): Promise<Visitor> => {
  const page = stand.visitor();
  const answer = await page.signIn(ADA, password);
  if (answer.status !== 200) throw new Error(answer.text);
  return page;
};
/** Somebody who has a copy of its cookies. */
const thiefOf = ({ jar }: Visitor): Visitor => stand.visitor(new Map(jar));
const statusOf = async (page: Visitor): Promise<number> => (await page.ask('GET', '/api/v1/me')).status;
const flagsOf = (set: string): string[] =>
  set
    .split(';')
    .slice(1)
    .map((flag) => flag.trim().toLowerCase())
    .filter((flag) => !flag.startsWith('max-age'))
    .sort();

describe('the cookie of a session', () => {
  test('is for this host alone, sent to no script, and not along with what other sites post', async () => {
    const answer = await stand.visitor().signIn(ADA);
    const [set = ''] = (answer.headers['set-cookie'] ?? []).filter((one) => one.startsWith(COOKIE));

    // By http there is no Secure, and no Domain: a preview, which is another host, gets none.
    expect(flagsOf(set)).toEqual(['httponly', 'path=/', 'samesite=lax']);
    expect(answer.text).not.toContain(set.split('=')[1]?.split('.')[0] ?? 'x');
  });

  test('goes over https alone where the dashboard has it, and can be set by no other host', async () => {
    const secure = await openSessionStand(inject('postgresUrl'), { scheme: 'https' });
    try {
      const page = secure.visitor();
      const headers = { 'x-forwarded-proto': 'https' };
      const body = { email: ADA, password: PASSWORD };
      const answer = await page.ask('POST', '/api/v1/auth/sign-in/email', { body, headers });
      const [set = ''] = (answer.headers['set-cookie'] ?? []).filter((one) => one.includes(COOKIE));

      expect(set.startsWith(`__Host-${COOKIE}=`)).toBe(true);
      expect(flagsOf(set)).toEqual(['httponly', 'path=/', 'samesite=lax', 'secure']);
      expect((await page.ask('GET', '/api/v1/me')).status).toBe(200);
    } finally {
      await secure.close();
    }
  });

  test('is another one after signing in, whatever was there before', async () => {
    const planted = stand.visitor(new Map([[COOKIE, 'planted.by-somebody-else']]));
    expect(await statusOf(planted)).toBe(401);
    await planted.signIn(ADA);
    expect(planted.jar.get(COOKIE)).not.toContain('planted');
    expect(await statusOf(planted)).toBe(200);

    // Nor is a session that is worth something taken over: who planted it sees nothing of what follows.
    const first = await signedIn();
    const before = first.jar.get(COOKIE);
    await first.signIn(ADA);
    expect(first.jar.get(COOKIE)).not.toBe(before);
  });

  test('is worth nothing when a letter of it is another', async () => {
    const page = await signedIn();
    const value = page.jar.get(COOKIE) ?? '';
    const [token = '', signature = ''] = decodeURIComponent(value).split('.');
    for (const forged of [token, `${token}.`, `${token}x.${signature}`, `${token}.${signature.slice(0, -3)}AA=`])
      expect(await statusOf(stand.visitor(new Map([[COOKIE, encodeURIComponent(forged)]])))).toBe(401);
    expect(await statusOf(page)).toBe(200);
  });
});

describe('a session that was stolen ends at once', () => {
  test('when its owner signs out', async () => {
    const owner = await signedIn();
    const thief = thiefOf(owner);
    expect(await statusOf(thief)).toBe(200);

    expect((await owner.ask('POST', '/api/v1/auth/sign-out', { body: {} })).status).toBe(200);

    expect([await statusOf(thief), await statusOf(owner)]).toEqual([401, 401]);
  });

  test('when its owner signs out everywhere else', async () => {
    const [stolen, owner] = [await signedIn(), await signedIn()];
    const thief = thiefOf(stolen);

    expect((await owner.ask('DELETE', '/api/v1/me/sessions/others')).status).toBe(200);

    expect([await statusOf(thief), await statusOf(stolen), await statusOf(owner)]).toEqual([401, 401, 200]);
  });

  test('when its owner changes the password, who stays signed in by another cookie', async () => {
    const owner = await signedIn();
    const [thief, elsewhere] = [thiefOf(owner), await signedIn()];
    const body = { current: PASSWORD, password: OTHER_PASSWORD };

    expect((await owner.ask('POST', '/api/v1/auth/change-password', { body })).status).toBe(200);

    expect([await statusOf(thief), await statusOf(elsewhere), await statusOf(owner)]).toEqual([401, 401, 200]);
    const back = { current: OTHER_PASSWORD, password: PASSWORD };
    expect((await owner.ask('POST', '/api/v1/auth/change-password', { body: back })).status).toBe(200);
  });

  test.each([
    ['a week without use', `expires_at = now() - interval '1 second'`],
    ['thirty days, however much it was used', `created_at = now() - interval '30 days 1 minute'`],
  ])('after %s', async (_, change) => {
    const owner = await signedIn();
    const { body } = await owner.ask('GET', '/api/v1/me/sessions');
    const { id } = body.find((one: { current: boolean }) => one.current);
    await stand.db.query(`update ops.sessions set ${change} where id = $1`, [id]);

    expect(await statusOf(owner)).toBe(401);
    const others = (await (await signedIn()).ask('GET', '/api/v1/me/sessions')).body;
    expect(others.map((one: { id: string }) => one.id)).not.toContain(id);
  });
});

/** What a page tried, and what came of it: `name: outcome`. */
const tryEverything = (page: Page, ours: string): Promise<string[]> =>
  page.evaluate(async (origin) => {
    const api = `${origin}/api/v1`;
    const told: string[] = [];
    const attempt = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      told.push(`${name}: ${await work().catch((error: Error) => error.name)}`);
    };
    const soon = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('nothing'), 8000));
    const included = { credentials: 'include' as const };
    await attempt('read', async () => (await fetch(`${api}/me`, included)).text());
    await attempt('read blindly', async () => (await fetch(`${api}/me`, { ...included, mode: 'no-cors' })).type);
    const post = { ...included, method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } };
    await attempt('post', async () => (await fetch(`${api}/auth/sign-out`, post)).status);
    await attempt('post blindly', async () => (await fetch(`${api}/auth/sign-out`, { ...post, mode: 'no-cors' })).type);
    const json = { ...post, headers: { 'content-type': 'application/json' } };
    await attempt('post JSON', async () => (await fetch(`${api}/auth/sign-out`, json)).status);
    await attempt('events', () => {
      const source = new EventSource(`${api}/events`, { withCredentials: true });
      const ended = new Promise((resolve) => {
        source.onopen = () => resolve('open');
        source.onerror = () => resolve('refused');
      });
      return Promise.race([ended, soon()]).finally(() => source.close());
    });
    await attempt('shell', () => {
      const socket = new WebSocket(`${api.replace('http', 'ws')}/shells/x/attach`);
      const ended = new Promise((resolve) => {
        socket.onopen = () => resolve('open');
        socket.onclose = () => resolve('refused');
      });
      return Promise.race([ended, soon()]);
    });
    await attempt('frame', () => {
      const frame = document.createElement('iframe');
      frame.src = `${origin}/`;
      const loaded = new Promise((resolve) => {
        frame.onload = () => resolve(frame.contentDocument === null ? 'another page' : 'ours');
      });
      document.body.append(frame);
      return Promise.race([loaded, soon()]);
    });
    return told;
  }, ours);

describe('a page of a preview, below the same domain, open in a browser that is signed in', () => {
  test('reads nothing, changes nothing, and shows nothing of ours', async () => {
    const owner = await signedIn();
    const { page, context } = await openPage(browser);
    await context.addCookies(cookiesOf(owner));
    const before = stand.answered('/api/').length;
    await page.goto(`${stand.strange}/`);

    expect(await tryEverything(page, stand.origin)).toEqual([
      ...['read: TypeError', 'read blindly: TypeError', 'post: TypeError', 'post blindly: TypeError'],
      ...['post JSON: TypeError', 'events: refused', 'shell: refused', 'frame: another page'],
    ]);
    // A frame that may not be shown is a page of the browser's own.
    expect(page.frames().filter((one) => one.url().startsWith(stand.origin))).toEqual([]);
    // It is refused by us as well, and not only kept from the page by the browser.
    const answered = stand.answered('/api/').slice(before);
    expect(answered.length).toBeGreaterThan(5);
    expect(new Set(answered)).toEqual(new Set([403]));
    expect(await statusOf(owner)).toBe(200);
    await context.close();
  });

  test('posts a form in nobody’s name', async () => {
    const owner = await signedIn();
    const { page, context } = await openPage(browser);
    await context.addCookies(cookiesOf(owner));
    await page.goto(`${stand.strange}/`);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/sign-out'));
    await page.evaluate((origin) => {
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: `${origin}/api/v1/auth/sign-out`, enctype: 'text/plain' });
      document.body.append(form);
      form.submit();
    }, stand.origin);

    expect((await answered).status()).toBe(403);
    expect(await statusOf(owner)).toBe(200);
    await context.close();
  });
});

test('somebody signs in on the page, no script reads the cookie, and signing out ends it', async () => {
  const { page, context, complaints } = await openPage(browser);
  await page.goto(`${stand.origin}/sign-in`);
  await page.getByLabel('E-mail address').fill(ADA);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'), { timeout: 60_000 });

  const kept = (await context.cookies()).filter(({ name }) => name === COOKIE);
  expect(kept).toMatchObject([{ domain: DOMAIN, httpOnly: true, sameSite: 'Lax', path: '/' }]);
  expect(await page.evaluate(() => document.cookie)).not.toContain(COOKIE);

  const thief = stand.visitor(new Map(kept.map(({ name, value }) => [name, value])));
  expect(await statusOf(thief)).toBe(200);
  const status = await page.evaluate(
    async () =>
      (
        await fetch('/api/v1/auth/sign-out', {
          ...{ method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
        })
      ).status,
  );
  expect([status, await statusOf(thief)]).toEqual([200, 401]);
  expect(complaints).toEqual([]);
  await context.close();
});
