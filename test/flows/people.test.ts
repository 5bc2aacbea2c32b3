/** How accounts come to be, what they are given, and how they end. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { membersOf, rolesOf } from '../../packages/server/src/store/memberships.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { openPeopleApi, PASSWORD } from './people-site.ts';

type Api = Awaited<ReturnType<typeof openPeopleApi>>;
let shop: Shop;
let api: Api;
beforeAll(async () => {
  shop = await makeShop();
  api = await openPeopleApi(inject('postgresUrl'), shop);
});
afterAll(async () => {
  await api?.close();
  await shop?.remove();
});

const tokenIn = (link: unknown): string => String(link).split('#token=')[1] ?? '';
const users = async (): Promise<string[]> =>
  (await query<{ email: string }>(api.db, 'select email from ops.users order by email')).map(({ email }) => email);

describe('the first account', () => {
  const ada = { name: 'Ada Lovelace', email: 'Ada@Example.com', password: PASSWORD };
  const setUp = (token: string, what: object = {}) =>
    api.browser().ask('completeSetup', { body: { ...ada, token, ...what } });

  test('is made by whoever has the newest link, once, and by nobody else', async () => {
    expect((await api.browser().ask('setup')).body).toEqual({ needed: true });
    const former = await api.setupToken();
    const token = await api.setupToken();

    for (const wrong of [former, 'x'.repeat(43)]) {
      const refused = await setUp(wrong);
      expect([refused.status, refused.body.code]).toEqual([410, 'link-worthless']);
    }
    const weak = await setUp(token, { password: 'lovelace99' });
    expect([weak.status, weak.body.code]).toEqual([422, 'password-weak']);
    expect(await users()).toEqual([]);

    const answers = await Promise.all([setUp(token), setUp(token, { email: 'eve@example.com' }), setUp(token)]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(await users()).toHaveLength(1);
    expect((await api.browser().ask('setup')).body).toEqual({ needed: false });
    expect((await setUp(token)).body.code).toBe('setup-over');
    expect(await api.setupToken()).toBe('');
    expect((await api.withToken('token', 'newSetupLink')).body.code).toBe('setup-over');
    const kept = JSON.stringify(await query(api.db, 'select * from ops.one_time_links'));
    expect(kept).not.toContain(token);
  });

  test('is an administrator of the installation, signed in at once', async () => {
    const other = await openPeopleApi(inject('postgresUrl'), shop);
    try {
      const page = other.browser();
      const made = await page.ask('completeSetup', { body: { ...ada, token: await other.setupToken() } });

      expect(made.body).toEqual({ signedIn: true });
      expect((await page.ask('me')).body).toMatchObject({
        ...{ user: { name: 'Ada Lovelace', email: 'ada@example.com' }, installation: true, roles: {}, setup: false },
      });
      expect(await other.audit('installation.set-up')).toMatchObject([{ who: 'ada@example.com', from: page.from }]);
      expect((await other.withToken('token', 'me')).body).toMatchObject({ user: null, via: 'operator', setup: false });
    } finally {
      await other.close();
    }
  });

  test('its link ends after a week', async () => {
    const other = await openPeopleApi(inject('postgresUrl'), shop);
    try {
      const token = await other.setupToken();
      other.site.clock.advance(7 * 86_400_000 + 1000);

      expect((await other.browser().ask('completeSetup', { body: { ...ada, token } })).body.code).toBe(
        'link-worthless',
      );
    } finally {
      await other.close();
    }
  });
});

describe('an invitation', () => {
  const invite = (email: string, what: object = {}) => api.withToken('token', 'invite', { body: { email, ...what } });
  const accept = (token: string) =>
    api.browser().ask('acceptInvitation', { body: { token, name: 'Grace Hopper', password: PASSWORD } });

  test('makes an account with the roles that it offers, once', async () => {
    const invited = await invite('Grace@example.com', { name: 'Grace', roles: { shop: 'tester' } });
    const token = tokenIn(invited.body.link);

    expect(invited.body).toMatchObject({ email: 'grace@example.com', state: 'open', createdBy: 'operator' });
    expect((await api.browser().ask('lookAtInvitation', { body: { token } })).body).toEqual({
      ...{ email: 'grace@example.com', name: 'Grace', installation: false, roles: { shop: 'tester' } },
      expiresAt: invited.body.expiresAt,
    });
    const answers = await Promise.all([accept(token), accept(token)]);

    expect(answers.map(({ status }) => status === 200).sort()).toEqual([false, true]);
    expect((await accept(token)).body.code).toBe('link-worthless');
    expect(await membersOf(api.db, 'shop')).toMatchObject([
      { name: 'Grace Hopper', email: 'grace@example.com', role: 'tester', active: true, givenBy: 'operator' },
    ]);
    const { body: list, text } = await api.withToken('token', 'invitations');
    expect(list[0]).toMatchObject({ email: 'grace@example.com', state: 'accepted' });
    expect(text).not.toContain(token);
    expect((await api.audit('invitation.accept')).map(({ who }) => who)).toContain('grace@example.com');
  });

  test('is worth nothing after seven days, and makes room for a new one', async () => {
    const token = tokenIn((await invite('late@example.com')).body.link);
    api.site.clock.advance(7 * 86_400_000 + 1000);

    expect((await accept(token)).body.code).toBe('link-worthless');
    expect((await api.withToken('token', 'invitations')).body[0]).toMatchObject({ state: 'expired' });
    expect((await invite('late@example.com')).status).toBe(200);
  });

  test('is worth nothing after it was revoked', async () => {
    const { id, link } = (await invite('gone@example.com')).body;

    const revoked = await api.withToken('token', 'revokeInvitation', { parameters: { invitation: id } });

    expect(revoked.body.state).toBe('revoked');
    expect((await accept(tokenIn(link))).body.code).toBe('link-worthless');
    expect((await api.browser().ask('lookAtInvitation', { body: { token: tokenIn(link) } })).status).toBe(410);
    expect((await api.withToken('token', 'revokeInvitation', { parameters: { invitation: id } })).status).toBe(404);
  });

  test('is one at a time, for somebody who has no account, to projects that there are', async () => {
    await invite('twice@example.com');

    expect((await invite('TWICE@example.com')).body.code).toBe('invitation-exists');
    expect((await invite('grace@example.com')).body.code).toBe('user-exists');
    expect((await invite('x@example.com', { roles: { nowhere: 'viewer' } })).body.code).toBe('project-unknown');
    expect((await invite('x@example.com', { roles: { shop: 'owner' } })).body.code).toBe('payload-invalid');
  });
});

describe('an account', () => {
  const set = (user: string, body: object) => api.withToken('token', 'setUser', { parameters: { user }, body });

  test('gets and loses roles, and is listed with them', async () => {
    await api.person('dev@example.com');

    expect((await set('dev@example.com', { roles: { shop: 'developer' } })).body.roles).toEqual({ shop: 'developer' });
    expect((await set('DEV@example.com', { roles: { shop: 'viewer' } })).body.roles).toEqual({ shop: 'viewer' });
    const listed = (await api.withToken('token', 'users')).body as { id: string; email: string }[];
    const dev = listed.find(({ email }) => email === 'dev@example.com');
    expect(dev).toMatchObject({ installation: false, active: true, twoFactor: false, roles: { shop: 'viewer' } });
    expect((await set('dev@example.com', { roles: { shop: null } })).body.roles).toEqual({});
    expect(await rolesOf(api.db, dev?.id ?? '')).toEqual({});
    expect((await set('nobody@example.com', {})).body.code).toBe('user-unknown');
    expect((await set('dev@example.com', { roles: { nowhere: 'viewer' } })).body.code).toBe('project-unknown');
    expect((await api.audit('user.change')).at(-1)).toMatchObject({
      ...{ who: 'operator', target: 'dev@example.com', details: { roles: { shop: { from: 'viewer', to: null } } } },
    });
  });

  test('the last administrator stays one, whichever way it is tried, also by two at once', async () => {
    const remove = (user: string) => api.withToken('token', 'removeUser', { parameters: { user } });
    await api.person('second@example.com', { installation: true });
    const [first = ''] = (await users()).filter((email) => email === 'ada@example.com' || email === 'eve@example.com');

    const both = await Promise.all([set(first, { installation: false }), set('second@example.com', { active: false })]);

    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const left = both[0]?.status === 409 ? first : 'second@example.com';
    for (const refused of [
      await set(left, { installation: false }),
      await set(left, { active: false }),
      await remove(left),
    ])
      expect([refused.status, refused.body.code]).toEqual([409, 'last-administrator']);
    expect(
      (await api.withToken('token', 'users')).body.find((user: { email: string }) => user.email === left),
    ).toMatchObject({
      ...{ installation: true, active: true },
    });
  });

  test('that is removed takes sessions, tokens and roles along; its deeds stay told', async () => {
    const page = await api.person('leaver@example.com', { roles: { shop: 'viewer' } });
    const { token } = (await page.ask('createMyToken', { body: { name: 'laptop', scopes: ['read'] } })).body;

    const removed = await api.withToken('token', 'removeUser', { parameters: { user: 'leaver@example.com' } });

    expect(removed.body).toEqual({ removed: 'leaver@example.com' });
    expect([(await page.ask('me')).status, (await api.withToken(token, 'me')).status]).toEqual([401, 401]);
    expect((await membersOf(api.db, 'shop')).map(({ email }) => email)).not.toContain('leaver@example.com');
    expect((await api.audit('token.create')).map(({ who }) => who)).toContain('leaver@example.com');
  });

  test('that lost its password gets a new one by a link, once; every session ends', async () => {
    const page = await api.person('lost@example.com');
    const link = async (body: object = {}) =>
      tokenIn(
        (await api.withToken('token', 'resetPassword', { parameters: { user: 'lost@example.com' }, body })).body.link,
      );
    const choose = (token: string, password = 'rubber soul 65') =>
      api.browser().ask('newPassword', { body: { token, password } });
    const former = await link();
    const token = await link();

    expect((await choose(former)).body.code).toBe('link-worthless');
    expect((await choose(token, 'password1234')).body.code).toBe('password-weak');
    expect((await page.ask('me')).status).toBe(200);
    expect((await choose(token)).body).toEqual({ done: true });
    expect((await choose(token)).body.code).toBe('link-worthless');
    expect((await page.ask('me')).status).toBe(401);
    expect((await api.browser().signIn('lost@example.com')).status).toBe(401);
    expect((await api.browser().signIn('lost@example.com', 'rubber soul 65')).status).toBe(200);
    const late = await link();
    api.site.clock.advance(86_400_000 + 1000);
    expect((await choose(late)).body.code).toBe('link-worthless');
  });

  test('keeps its second factor over a new password, unless the operator takes it away', async () => {
    const page = await api.person('phone@example.com');
    await page.ask('enableSecondFactor', { body: { password: PASSWORD } });
    await query(api.db, "update ops.users set two_factor_enabled = true where email = 'phone@example.com'");
    await query(api.db, 'update ops.two_factors set verified = true');
    const link = (body: object) =>
      api.withToken('token', 'resetPassword', { parameters: { user: 'phone@example.com' }, body });

    await link({});
    expect((await api.browser().signIn('phone@example.com')).body).toEqual({ signedIn: false });
    await link({ second_factor: 'remove' });
    expect((await api.browser().signIn('phone@example.com')).body).toEqual({ signedIn: true });
  });
});

describe('a token of a person', () => {
  test('may what the person may, in the projects that it names, and is listed without itself', async () => {
    const page = await api.person('maker@example.com', { roles: { shop: 'developer' } });
    const made = await page.ask('createMyToken', { body: { name: 'ci', scopes: ['read'], projects: ['shop'] } });
    const { token, ...view } = made.body;

    expect((await api.withToken(token, 'me')).body).toMatchObject({
      ...{ user: { email: 'maker@example.com' }, via: 'token', installation: false, roles: { shop: 'developer' } },
    });
    expect((await page.ask('myTokens')).body).toEqual([{ ...view, lastUsedAt: expect.any(String) }]);
    expect((await api.withToken(token, 'createToken', { body: { name: 'x', scopes: ['read'] } })).body.code).toBe(
      'token-scope',
    );
    await api.withToken('token', 'setUser', {
      parameters: { user: 'maker@example.com' },
      body: { roles: { shop: null } },
    });
    expect((await api.withToken(token, 'me')).body.roles).toEqual({});
    expect((await page.ask('revokeMyToken', { parameters: { token: 'ci' } })).status).toBe(200);
    expect((await api.withToken(token, 'me')).status).toBe(401);
  });

  test('of an administrator, for one project, is one for that project and not for the installation', async () => {
    const page = await api.person('chief@example.com', { installation: true });
    const body = { name: 'narrow', scopes: ['admin'], projects: ['shop'] };
    const { token } = (await page.ask('createMyToken', { body })).body;

    expect((await api.withToken(token, 'me')).body).toMatchObject({ installation: false, roles: { shop: 'admin' } });
  });

  test('makes no other token, changes no password and is made for no project that its owner does not see', async () => {
    const page = await api.person('outsider@example.com');
    const { token } = (await page.ask('createMyToken', { body: { name: 'ci', scopes: ['admin'] } })).body;
    const wider = { name: 'wider', scopes: ['admin'] };

    expect((await api.withToken(token, 'createMyToken', { body: wider })).body.code).toBe('session-needed');
    const change = { current: PASSWORD, password: 'rubber soul 65' };
    expect((await api.withToken(token, 'changePassword', { body: change })).body.code).toBe('session-needed');
    const [there, nowhere] = [
      await page.ask('createMyToken', { body: { ...wider, projects: ['shop'] } }),
      await page.ask('createMyToken', { body: { ...wider, projects: ['nowhere'] } }),
    ];
    expect([there.status, nowhere.status]).toEqual([404, 404]);
    expect(JSON.stringify(there.body).replaceAll('shop', 'nowhere')).toBe(JSON.stringify(nowhere.body));
  });

  test('has a name of its own among those of one person only', async () => {
    const [one, two] = [await api.person('one@example.com'), await api.person('two@example.com')];
    const make = (page: typeof one) => page.ask('createMyToken', { body: { name: 'laptop', scopes: ['read'] } });

    expect([(await make(one)).status, (await make(two)).status]).toEqual([200, 200]);
    expect((await make(one)).body.code).toBe('token-exists');
    expect((await api.withToken('token', 'createToken', { body: { name: 'laptop', scopes: ['read'] } })).status).toBe(
      200,
    );
    await api.withToken('token', 'revokeToken', { parameters: { name: 'laptop' } });
    expect((await one.ask('myTokens')).body[0].revokedAt).toBeNull();
  });
});
