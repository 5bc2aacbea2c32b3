/** Signing in at another provider: who gets in, and who does not. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { type Claims, openOpenIdProvider } from '../fakes/openid-provider.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { openPeopleApi } from './people-site.ts';

type Api = Awaited<ReturnType<typeof openPeopleApi>>;
let shop: Shop;
/** Where no provider is set up. */
let api: Api;
beforeAll(async () => {
  shop = await makeShop();
  api = await openPeopleApi(inject('postgresUrl'), shop);
});
afterAll(async () => {
  await api?.close();
  await shop?.remove();
});

describe('a login at an OpenID provider', () => {
  let provider: Awaited<ReturnType<typeof openOpenIdProvider>>;
  let site: Api;
  beforeAll(async () => {
    provider = await openOpenIdProvider('slipway');
    const oidc = { clientId: 'slipway', clientSecret: new Secret('s'), issuer: provider.issuer, name: 'Example ID' };
    site = await openPeopleApi(inject('postgresUrl'), shop, { oidc });
  });
  afterAll(async () => {
    await site?.close();
    await provider?.close();
  });
  const claims = (email: string, what: Partial<Claims> = {}): Claims => ({
    ...{ sub: `sub of ${email}`, email, email_verified: true, name: 'From Elsewhere', ...what },
  });
  const comeIn = async (who: Claims, forged = false) => {
    const page = site.browser();
    const begun = await page.ask('signInWith', { parameters: { provider: 'oidc' }, body: { next: '/p/shop' } });
    const query = provider.agree(begun.body.url, who, forged);
    const back = await page.ask('signInCallback', { parameters: { provider: 'oidc' }, query });
    return { page, back, query, to: String(back.headers['location']), status: (await page.ask('me')).status };
  };

  test('lets in who was invited, with the roles of the invitation', async () => {
    await site.withToken('token', 'invite', { body: { email: 'hal@example.com', roles: { shop: 'viewer' } } });

    const { page, to } = await comeIn(claims('hal@example.com'));

    expect(to).toBe('http://localhost:8080/p/shop');
    expect((await page.ask('me')).body).toMatchObject({
      user: { email: 'hal@example.com' },
      roles: { shop: 'viewer' },
    });
    expect((await site.withToken('token', 'invitations')).body[0].state).toBe('accepted');
    expect(await site.audit('sign-in')).toMatchObject([{ who: 'hal@example.com', details: { with: 'oidc' } }]);
    expect((await comeIn(claims('hal@example.com'))).status).toBe(200);
  });

  test('lets in who has an account of that address', async () => {
    await site.person('ken@example.com');

    const { page } = await comeIn(claims('ken@example.com'));

    expect((await page.ask('me')).body.user.email).toBe('ken@example.com');
  });

  test('lets in nobody else', async () => {
    const { status, to } = await comeIn(claims('stranger@example.com'));

    expect(status).toBe(401);
    expect(to).toMatch(/^http:\/\/localhost:8080\/sign-in\?error=/);
    expect((await query(site.db, "select 1 from ops.users where email = 'stranger@example.com'")).length).toBe(0);
  });

  test.each([
    ['that the provider has not looked at', { email_verified: false }, false],
    ['in a token that somebody else signed', {}, true],
    ['in a token for another program', { aud: 'another' }, false],
    ['in a token that is over', { exp: 1 }, false],
  ])('an address %s is nobody', async (_, what, forged) => {
    await site.withToken('token', 'invite', { body: { email: 'victim@example.com' } });
    await site.person('target@example.com').catch(() => undefined);

    for (const email of ['victim@example.com', 'target@example.com'])
      expect((await comeIn(claims(email, what as Partial<Claims>), forged)).status).toBe(401);
  });

  test('an answer that this browser never asked for, or a second time, opens nothing', async () => {
    await site.person('mallory@example.com');
    const { query } = await comeIn(claims('mallory@example.com'));
    const begun = await site.browser().ask('signInWith', { parameters: { provider: 'oidc' }, body: {} });
    const stolen = provider.agree(begun.body.url, claims('mallory@example.com'));

    for (const answer of [query, stolen]) {
      const page = site.browser();
      await page.ask('signInCallback', { parameters: { provider: 'oidc' }, query: answer });
      expect((await page.ask('me')).status).toBe(401);
    }
  });

  test('of somebody whose account was switched off opens nothing', async () => {
    await comeIn(claims('hal@example.com'));
    await site.person('boss@example.com', { installation: true });
    await site.withToken('token', 'setUser', { parameters: { user: 'hal@example.com' }, body: { active: false } });

    expect((await comeIn(claims('hal@example.com'))).status).toBe(401);
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
    'does not send the browser on to %s',
    async (next) => {
      const answer = await site.browser().ask('signInWith', { parameters: { provider: 'oidc' }, body: { next } });

      expect([answer.status, answer.body.code]).toEqual([400, 'payload-invalid']);
    },
  );

  test('is offered where it is set up, and nowhere else', async () => {
    expect((await site.browser().ask('signInWays')).body).toEqual({
      ...{ providers: [{ id: 'oidc', name: 'Example ID' }], setup: false },
    });
    expect((await api.browser().ask('signInWays')).body.providers).toEqual([]);
    const answer = await api.browser().ask('signInWith', { parameters: { provider: 'oidc' }, body: {} });
    expect([answer.status, answer.body.code]).toEqual([404, 'provider-unknown']);
  });

  test('its tokens do not lie readable in the database', async () => {
    await site.person('kept@example.com');
    await comeIn(claims('kept@example.com'));

    expect(JSON.stringify(await query(site.db, 'select access_token from ops.accounts'))).not.toContain(
      'an access token',
    );
  });
});
