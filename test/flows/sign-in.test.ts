/** Signing in and staying signed in, as browsers and thieves do it. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { query } from '../../packages/server/src/store/queryable.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { codeOf, ORIGIN, openPeopleApi, PASSWORD } from './people-site.ts';

let shop: Shop;
let api: Awaited<ReturnType<typeof openPeopleApi>>;
beforeAll(async () => {
  shop = await makeShop();
  api = await openPeopleApi(inject('postgresUrl'), shop);
  await api.person('root@example.com', { installation: true });
});
afterAll(async () => {
  await api?.close();
  await shop?.remove();
});

const SESSION = 'slipway.session_token';
let people = 0;
const someone = async (what: object = {}) => {
  people += 1;
  const email = `someone-${people}@example.com`;
  return { email, page: await api.person(email, what) };
};
/** Whether a cookie is worth anything. */
const isWorthAt = async ({ app }: Pick<typeof api, 'app'>, cookie: string): Promise<number> =>
  (await app.inject({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).statusCode;
const isWorth = (cookie: string): Promise<number> => isWorthAt(api, cookie);

describe('signing in', () => {
  test('with e-mail and password gives a session, in a cookie that scripts and strange pages do not get', async () => {
    const { email } = await someone({ roles: { shop: 'tester' } });
    const page = api.browser();

    const answer = await page.signIn(email.toUpperCase());

    expect([answer.status, answer.body]).toEqual([200, { signedIn: true }]);
    expect(answer.headers['set-cookie']).toMatch(/HttpOnly/i);
    expect(answer.headers['set-cookie']).toMatch(/SameSite=Lax/i);
    expect((await page.ask('me')).body).toMatchObject({
      user: { email, name: 'Somebody Else', twoFactor: false },
      ...{ via: 'session', installation: false, roles: { shop: 'tester' }, setup: false },
    });
    expect(await api.audit('sign-in')).toContainEqual({
      ...{ who: email, target: email, result: 'ok', from: page.from, details: { with: 'password' } },
    });
  });

  test('behind https the cookie is sent over https only, and no other host of the domain can set it', async () => {
    const origin = 'https://slipway.example.com';
    const secure = await openPeopleApi(inject('postgresUrl'), shop, { origin, origins: [origin, ORIGIN] });
    try {
      await secure.person('ada@example.com');
      const page = secure.browser();
      const signedIn = await page.signIn('ada@example.com');
      const set = [signedIn.headers['set-cookie']].flat().find((one) => String(one).startsWith(`__Host-${SESSION}=`));

      for (const attribute of [/; Secure/i, /; HttpOnly/i, /; Path=\/(?:;|$)/i]) expect(set).toMatch(attribute);
      expect(set).not.toMatch(/domain/i);
      expect((await page.ask('me')).status).toBe(200);
      const begun = await page.ask('enableSecondFactor', { body: { password: PASSWORD } });
      await page.ask('signInCode', { body: { code: codeOf(begun.body.address) } });
      expect((await page.ask('me')).body.user.twoFactor).toBe(true);
      const bare = page.cookie().replaceAll('__Host-', '');
      expect(await isWorthAt(secure, bare)).toBe(401);
      await page.ask('signOut', { body: {} });
      expect((await page.ask('me')).status).toBe(401);
      await page.signIn('ada@example.com');
      await query(secure.db, "delete from ops.verifications where identifier = 'used-code'");
      expect((await page.ask('signInCode', { body: { code: codeOf(begun.body.address) } })).body).toEqual({
        signedIn: true,
      });
    } finally {
      await secure.close();
    }
  });

  test('fails alike for a wrong password and for an address that nobody has, and says nothing of either', async () => {
    const { email } = await someone();

    const [wrong, unknown] = [
      await api.browser().signIn(email, 'not that one'),
      await api.browser().signIn('no@example.com'),
    ];

    expect([wrong.status, wrong.body.code]).toEqual([401, 'sign-in-refused']);
    expect(unknown.body).toEqual(wrong.body);
    expect(wrong.headers['set-cookie']).toBeUndefined();
    expect((await api.audit('sign-in')).at(-1)).toMatchObject({
      who: 'nobody',
      target: 'no@example.com',
      result: 'refused',
    });
  });

  test('an address that nobody has takes as long: the password is hashed all the same', async () => {
    const { email } = await someone();
    const took = async (who: string): Promise<number> => {
      const before = process.hrtime.bigint();
      await api.browser().signIn(who, 'not that one');
      return Number(process.hrtime.bigint() - before) / 1e6;
    };
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let i = 0; i < 4; i++) {
      known.push(await took(email));
      unknown.push(await took(`nobody-${i}@example.com`));
    }

    // A database look-up takes a few milliseconds, a hash ten times that.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3);
  });

  test('no account is made by asking for one', async () => {
    const answer = await api.app.inject({
      ...{ method: 'POST', url: '/api/v1/auth/sign-up/email', headers: { origin: ORIGIN } },
      payload: { email: 'me@example.com', password: PASSWORD, name: 'Me' },
    });

    expect(answer.statusCode).toBe(401);
    expect(await query(api.db, "select 1 from ops.users where email = 'me@example.com'")).toEqual([]);
  });

  test('what was asked for without being signed in is refused', async () => {
    for (const route of ['me', 'mySessions', 'users', 'runs', 'createMyToken', 'changePassword'] as const)
      expect([route, (await api.browser().ask(route)).status]).toEqual([route, 401]);
  });
});

describe('a stolen cookie', () => {
  test('is worth nothing when it was altered, or signed by nobody', async () => {
    const { page } = await someone();
    const [name, value] = [...page.jar][0] as [string, string];

    expect(await isWorth(`${name}=${value}`)).toBe(200);
    expect(await isWorth(`${name}=${value.slice(0, -6)}AAAA%3D`)).toBe(401);
    expect(await isWorth(`${name}=${decodeURIComponent(value).split('.')[0]}`)).toBe(401);
  });

  test('is worth nothing after signing out', async () => {
    const { page, email } = await someone();
    const stolen = page.cookie();

    expect((await page.ask('signOut', { body: {} })).body).toEqual({ done: true });

    expect(await isWorth(stolen)).toBe(401);
    expect(page.jar.size).toBe(0);
    expect((await api.audit('sign-out')).map(({ who }) => who)).toContain(email);
  });

  test('is worth nothing after its session was ended from another browser', async () => {
    const { page, email } = await someone();
    const other = api.browser();
    await other.signIn(email);
    const list = (await other.ask('mySessions')).body as { id: string; current: boolean; address: string }[];
    const thief = list.find(({ current }) => !current);

    expect(list.map(({ current, address }) => [current, address])).toEqual([
      [true, other.from],
      [false, page.from],
    ]);
    expect((await other.ask('endMySession', { parameters: { session: thief?.id ?? '' } })).body).toEqual({ ended: 1 });

    expect([await isWorth(page.cookie()), await isWorth(other.cookie())]).toEqual([401, 200]);
  });

  test('a session of somebody else cannot be ended, nor is it told whether there is one', async () => {
    const [{ page }, { page: other }] = [await someone(), await someone()];
    const [theirs] = (await other.ask('mySessions')).body as { id: string }[];

    const answer = await page.ask('endMySession', { parameters: { session: theirs?.id ?? '' } });

    expect([answer.status, answer.body.code]).toEqual([404, 'session-unknown']);
    expect(await isWorth(other.cookie())).toBe(200);
  });

  test('is worth nothing after the password was changed; whoever changed it stays', async () => {
    const { page, email } = await someone();
    const thief = api.browser();
    await thief.signIn(email);
    const before = page.cookie();

    expect(
      (await page.ask('changePassword', { body: { current: 'wrong one!', password: 'rubber soul 65' } })).body.code,
    ).toBe('password-wrong');
    expect((await page.ask('changePassword', { body: { current: PASSWORD, password: 'short' } })).body.code).toBe(
      'password-weak',
    );
    expect(await isWorth(thief.cookie())).toBe(200);
    const changed = await page.ask('changePassword', { body: { current: PASSWORD, password: 'rubber soul 65' } });

    expect(changed.body).toEqual({ done: true });
    expect([await isWorth(thief.cookie()), await isWorth(before), await isWorth(page.cookie())]).toEqual([
      401, 401, 200,
    ]);
    expect((await api.browser().signIn(email)).status).toBe(401);
    expect((await api.browser().signIn(email, 'rubber soul 65')).status).toBe(200);
  });

  test('is worth nothing after the account was switched off, and nobody signs in to it until it is on again', async () => {
    const { page, email } = await someone();
    const { token } = (await page.ask('createMyToken', { body: { name: 'laptop', scopes: ['read'] } })).body;
    const set = (active: boolean) =>
      api.withToken('token', 'setUser', { parameters: { user: email }, body: { active } });

    expect((await api.withToken(token, 'me')).status).toBe(200);
    expect((await set(false)).body).toMatchObject({ email, active: false });

    expect(await isWorth(page.cookie())).toBe(401);
    expect((await api.withToken(token, 'me')).status).toBe(401);
    expect((await api.browser().signIn(email)).body.code).toBe('sign-in-refused');
    await set(true);
    expect((await api.browser().signIn(email)).status).toBe(200);
    expect((await api.withToken(token, 'me')).status).toBe(401);
    expect(await isWorth(page.cookie())).toBe(401);
  });

  test('a right that was taken away is gone with the next request', async () => {
    const { page, email } = await someone({ roles: { shop: 'admin' } });

    await api.withToken('token', 'setUser', { parameters: { user: email }, body: { roles: { shop: null } } });

    expect((await page.ask('me')).body.roles).toEqual({});
  });
});

describe('a page of somebody else', () => {
  const change = { body: { name: 'evil', scopes: ['read'] } };

  test.each([
    ['at another origin', { origin: 'https://evil.example' }],
    ['of a preview', { origin: 'http://pr-1.localhost:8080' }],
    ['at another port', { origin: 'http://localhost:8081' }],
    ['without an origin', { origin: 'null' }],
    ['of the same site', { origin: '', 'sec-fetch-site': 'same-site' }],
  ])('%s changes nothing with the cookie of a visitor', async (_, headers) => {
    const { page } = await someone();

    const answer = await page.ask('createMyToken', { ...change, headers });

    expect([answer.status, answer.body.code]).toEqual([403, 'origin-refused']);
    expect((await page.ask('myTokens')).body).toEqual([]);
  });

  test('and no origin at all, with a cookie, changes nothing either', async () => {
    const { page } = await someone();

    const answer = await api.app.inject({
      ...{ method: 'POST', url: '/api/v1/me/tokens', headers: { cookie: page.cookie() }, payload: change.body },
    });

    expect([answer.statusCode, answer.json().code]).toEqual([403, 'origin-refused']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'what a form can send (%s) is refused, also from our own',
    async (type) => {
      const { page } = await someone();

      const answer = await page.ask('signOut', { body: '{}', headers: { 'content-type': type } });

      expect([answer.status, answer.body.code]).toEqual([415, 'content-type-refused']);
      expect(await isWorth(page.cookie())).toBe(200);
    },
  );

  test('cannot sign a visitor in to an account of its own', async () => {
    const { email } = await someone();

    const answer = await api.browser().ask('signIn', {
      ...{ body: { email, password: PASSWORD }, headers: { origin: 'https://evil.example' } },
    });

    expect([answer.status, answer.body.code]).toEqual([403, 'origin-refused']);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('a browser that says "same origin" and nothing else is believed; a token needs neither', async () => {
    const { page } = await someone();
    const answer = await api.app.inject({
      ...{ method: 'POST', url: '/api/v1/me/tokens', payload: change.body },
      headers: { cookie: page.cookie(), 'sec-fetch-site': 'same-origin' },
    });

    expect(answer.statusCode).toBe(200);
    const elsewhere = { origin: 'https://tool.example' };
    const made = { body: { name: 'robot', scopes: ['read'] }, headers: elsewhere };
    expect((await api.withToken('token', 'createToken', made)).status).toBe(200);
  });
});

test('no answer and no audit entry holds a password, a session or a hash', async () => {
  const { page, email } = await someone();
  await api.browser().signIn(email, 'a wrong pass phrase');
  const answers = [
    await page.ask('me'),
    await page.ask('mySessions'),
    await page.ask('myTokens'),
    await page.signIn(email),
    await api.withToken('token', 'users'),
    await api.withToken('token', 'invitations'),
  ];
  const rows = await query<{ token: string; password: string }>(
    api.db,
    `select s.token, a.password from ops.sessions s join ops.accounts a on a.user_id = s.user_id`,
  );
  const said = [
    ...answers.map(({ body }) => JSON.stringify(body)),
    JSON.stringify(await query(api.db, 'select * from ops.audit_log')),
  ];

  expect(rows.length).toBeGreaterThan(5);
  for (const { token, password } of rows)
    for (const text of said) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(password);
    }
  for (const text of said) {
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain('a wrong pass phrase');
    expect(text).not.toContain('$argon2');
  }
});
