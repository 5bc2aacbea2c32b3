/** What people change about themselves, and what they cannot get rid of by it. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { query } from '../../packages/server/src/store/queryable.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { codeOf, openPeopleApi, PASSWORD } from './people-site.ts';

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

type Page = Awaited<ReturnType<typeof api.person>>;
const move = (page: Page, email: string, password = PASSWORD) =>
  page.ask('changeAddress', { body: { email, password } });
const told = ({ status, body }: { status: number; body: { code?: string } }) => `${status} ${body.code ?? 'done'}`;

describe('the own name', () => {
  test('is changed, and that is told', async () => {
    const page = await api.person('ada@example.com');

    expect(told(await page.ask('changeProfile', { body: { name: '  Ada King ' } }))).toBe('200 done');

    expect((await page.ask('me')).body.user.name).toBe('Ada King');
    expect((await api.audit('profile.change')).at(-1)).toMatchObject({
      ...{ who: 'ada@example.com', from: page.from, details: { name: { from: 'Somebody Else', to: 'Ada King' } } },
    });
    for (const name of ['', '   ', 'a\u202eb', 'x'.repeat(101)])
      expect(told(await page.ask('changeProfile', { body: { name } }))).toBe('400 payload-invalid');
  });

  test('is not for a token to change', async () => {
    const page = await api.person('tess@example.com');
    const { token } = (await page.ask('createMyToken', { body: { name: 'all', scopes: ['admin'] } })).body;

    expect(told(await api.withToken(token, 'changeProfile', { body: { name: 'Eve' } }))).toBe('403 session-needed');
    const body = { email: 'eve@example.com', password: PASSWORD };
    expect(told(await api.withToken(token, 'changeAddress', { body }))).toBe('403 session-needed');
    expect(told(await api.withToken('token', 'changeAddress', { body }))).toBe('403 session-needed');
  });
});

describe('the own address', () => {
  test('is changed with the present password; one signs in with the new one, and is who one was', async () => {
    const page = await api.person('grace@example.com', { roles: { shop: 'tester' } });
    const { token } = (await page.ask('createMyToken', { body: { name: 'ci', scopes: ['read'] } })).body;

    expect(told(await move(page, 'hopper@example.com', 'wrong'))).toBe('403 password-wrong');
    expect(told(await move(page, 'Hopper@Example.com'))).toBe('200 done');

    expect((await page.ask('me')).body).toMatchObject({
      ...{ user: { email: 'hopper@example.com' }, roles: { shop: 'tester' } },
    });
    expect((await api.withToken(token, 'me')).body.user.email).toBe('hopper@example.com');
    expect((await api.browser().signIn('hopper@example.com')).status).toBe(200);
    expect((await api.browser().signIn('grace@example.com')).status).toBe(401);
    expect((await api.audit('profile.change')).at(-1)).toMatchObject({
      ...{ who: 'grace@example.com', target: 'hopper@example.com' },
      details: { email: { from: 'grace@example.com', to: 'hopper@example.com' } },
    });
  });

  test('is guessed at as seldom as any password', async () => {
    const page = await api.person('mallory@example.com');
    const outcomes = [];
    for (let round = 0; round < 8; round++) outcomes.push(told(await move(page, 'x@example.com', `guess ${round}`)));

    expect(outcomes).toContain('429 too-many-attempts');
  });

  test("is nobody else's: not of an account, of one that left it, nor of who is invited", async () => {
    const page = await api.person('taker@example.com');
    await api.person('owner@example.com');
    await api.withToken('token', 'invite', { body: { email: 'invited@example.com' } });
    await move(await api.person('moved@example.com'), 'elsewhere@example.com');

    for (const email of ['owner@example.com', 'moved@example.com', 'elsewhere@example.com', 'invited@example.com'])
      expect(told(await move(page, email)), email).toBe('409 address-taken');
    expect((await page.ask('me')).body.user.email).toBe('taker@example.com');
  });

  test('of two who want the same one gets it', async () => {
    const pages = await Promise.all([api.person('left@example.com'), api.person('right@example.com')]);

    const met = (await Promise.all(pages.map((page) => move(page, 'both@example.com')))).map(told);

    expect(met.sort()).toEqual(['200 done', '409 address-taken']);
  });

  test('that nobody proved is no way in for a provider; the one before is again', async () => {
    const page = await api.person('proved@example.com');
    const verified = async () => {
      const rows = await query<{ is: boolean }>(
        api.db,
        "select email_verified as is from ops.users where name = 'Prover'",
      );
      return rows[0]?.is;
    };
    await page.ask('changeProfile', { body: { name: 'Prover' } });
    expect(await verified()).toBe(true);

    await move(page, 'unproved@example.com');
    expect(await verified()).toBe(false);
    await move(page, 'proved@example.com');
    expect(await verified()).toBe(true);
  });
});

describe('an administrator', () => {
  test('does not shut themselves out: neither the last one nor one of several', async () => {
    const page = await api.person('boss@example.com', { installation: true });
    const parameters = { user: 'boss@example.com' };
    const acts = () => [
      page.ask('setUser', { parameters, body: { installation: false } }),
      page.ask('setUser', { parameters, body: { active: false } }),
      page.ask('removeUser', { parameters }),
    ];

    for (const answer of await Promise.all(acts())) expect(told(answer)).toBe('409 own-account');
    expect((await page.ask('me')).body.installation).toBe(true);
    expect(told(await page.ask('setUser', { parameters, body: { roles: { shop: 'viewer' } } }))).toBe('200 done');
  });

  test('switches the second factor of somebody off who lost it, and that is told', async () => {
    const boss = await api.person('chief@example.com', { installation: true });
    const page = await api.person('lost@example.com');
    const { address } = (await page.ask('enableSecondFactor', { body: { password: PASSWORD } })).body;
    await page.ask('signInCode', { body: { code: codeOf(address) } });
    expect((await api.browser().signIn('lost@example.com')).body).toEqual({ signedIn: false });

    const answer = await boss.ask('removeSecondFactor', { parameters: { user: 'lost@example.com' } });

    expect(answer.body).toMatchObject({ email: 'lost@example.com', twoFactor: false });
    expect((await api.browser().signIn('lost@example.com')).body).toEqual({ signedIn: true });
    expect(await api.audit('second-factor.remove')).toMatchObject([
      { who: 'chief@example.com', target: 'lost@example.com' },
    ]);
    expect((await page.ask('removeSecondFactor', { parameters: { user: 'lost@example.com' } })).status).toBe(403);
  });

  test('who is the only one, and lost password and phone, is let in again by the operator of the machine', async () => {
    const lone = await openPeopleApi(inject('postgresUrl'), shop);
    try {
      const page = await lone.person('only@example.com', { installation: true });
      const { address } = (await page.ask('enableSecondFactor', { body: { password: PASSWORD } })).body;
      await page.ask('signInCode', { body: { code: codeOf(address) } });

      const parameters = { user: 'only@example.com' };
      const made = await lone.withToken('token', 'resetPassword', { parameters, body: { second_factor: 'remove' } });
      const token = String(made.body.link).split('#token=')[1] ?? '';
      await lone.browser().ask('newPassword', { body: { token, password: 'plum jam on toast' } });

      const again = lone.browser();
      expect((await again.signIn('only@example.com', 'plum jam on toast')).body).toEqual({ signedIn: true });
      expect((await again.ask('me')).body.installation).toBe(true);
      expect(await lone.audit('password.link')).toMatchObject([{ who: 'operator', target: 'only@example.com' }]);
    } finally {
      await lone.close();
    }
  });
});
