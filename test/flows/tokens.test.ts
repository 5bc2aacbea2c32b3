/** Who may call what: tokens of people and programs over the API. */
import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { allows, neededOf, type Route, SCOPES, type Scope, scopeOf } from '@slipway/contracts/route';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { query } from '../../packages/server/src/store/queryable.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { openPromotionApi } from './promotion-site.ts';

let shop: Shop;
let api: Awaited<ReturnType<typeof openPromotionApi>>;
const tokens = new Map<Scope, string>();
beforeAll(async () => {
  shop = await makeShop();
  api = await openPromotionApi(inject('postgresUrl'), shop);
  for (const scope of SCOPES) tokens.set(scope, await api.person(`one-who-may-${scope}`, scope));
});
afterAll(async () => {
  await api?.close();
  await shop?.remove();
});

const create = (body: object, token = 'token') => api.askAs(token, 'createToken', {}, body);
const named = async (name: string): Promise<string> =>
  (await create({ name, email: `${name}@example.com`, scopes: ['read'] })).body.token;

/** What a route needs, written down: whoever changes one changes it here, too. Everything else that changes something is for administrators. */
const OTHERS: Partial<Record<RouteName, Scope>> = {
  requestPromotion: 'promote',
  goPromotion: 'promote',
  rehearse: 'promote',
  approvePromotion: 'approve',
  refusePromotion: 'approve',
  verifyEvidence: 'read',
  tokens: 'admin',
  users: 'admin',
  doctor: 'admin',
  invitations: 'admin',
  audit: 'admin',
  projectAudit: 'admin',
  webhooks: 'admin',
  webhookDeliveries: 'admin',
  environmentUsers: 'admin',
  attachShell: 'admin',
  shellRecording: 'admin',
};
const neededBy = (name: RouteName): Scope => OTHERS[name] ?? (ROUTES[name].method === 'GET' ? 'read' : 'admin');

describe('a token', () => {
  const cases = (Object.keys(ROUTES) as RouteName[])
    .filter((name) => neededOf(ROUTES[name] as Route) !== 'nobody')
    .flatMap((name) => SCOPES.map((scope) => ({ name, scope, may: allows([scope], neededBy(name)) })));

  test.each(cases)('for $scope: $name is allowed: $may', async ({ name, scope, may }) => {
    expect(scopeOf(ROUTES[name] as Route)).toBe(neededBy(name));

    const { status, body } = await api.askAs(tokens.get(scope) ?? '', name);
    if (may) expect(String(body?.code)).not.toMatch(/token-scope|unauthorized/);
    else expect({ status, code: body.code }).toEqual({ status: 403, code: 'token-scope' });
  });

  test('that may not is told what it may, and what would be needed', async () => {
    const { body } = await api.askAs(tokens.get('read') ?? '', 'rotateSecrets');

    expect(body).toMatchObject({
      title: 'The token of one-who-may-read may read; this needs admin.',
      hint: expect.stringContaining('slipway token create'),
    });
  });

  test.each(['promote', 'approve', 'read'] as const)('for %s does not do what no table says', async (scope) => {
    const headers = { authorization: `Bearer ${tokens.get(scope)}` };
    const wake = await api.app.inject({ method: 'POST', url: '/internal/wake', headers, payload: {} });

    expect(wake.json()).toMatchObject({ code: 'token-scope' });
    expect((await api.app.inject({ method: 'GET', url: '/api/v1/none', headers })).json()).toMatchObject({
      code: 'route-unknown',
    });
  });

  test('is answered once, and only its hash is kept', async () => {
    const token = await named('once');
    const kept = JSON.stringify(await query(api.db, 'select * from ops.tokens, ops.audit_log'));

    expect(token).toMatch(/^slipway_[\w-]{43}$/);
    expect(kept).not.toContain(token);
    expect(JSON.stringify((await api.askAs('token', 'tokens')).body)).not.toContain(token);
  });

  test.each([
    ['another one', () => `slipway_${'A'.repeat(43)}`],
    ['one that is too long', () => `${tokens.get('admin')}x`],
    ['one that is cut short', () => tokens.get('admin')?.slice(0, -1) ?? ''],
    ['none', () => ''],
  ])('%s is nobody', async (_, token) => {
    expect(await api.askAs(token(), 'promotions', { project: 'shop' })).toMatchObject({
      status: 401,
      body: { code: 'unauthorized' },
    });
  });

  test('is worth nothing once it is revoked, and its name is free again', async () => {
    const token = await named('leaver');
    expect((await api.askAs(token, 'promotions', { project: 'shop' })).status).toBe(200);
    expect(api.told(await create({ name: 'Leaver', scopes: ['read'] }))).toBe(
      '409 token-exists: Leaver has a token already.',
    );

    expect((await api.askAs('token', 'revokeToken', { name: 'leaver' })).body).toMatchObject({ name: 'leaver' });
    expect((await api.askAs(token, 'promotions', { project: 'shop' })).status).toBe(401);
    expect(api.told(await api.askAs('token', 'revokeToken', { name: 'leaver' }))).toContain('404 token-unknown');
    expect((await create({ name: 'leaver', scopes: ['read'] })).status).toBe(200);
  });

  test('is worth nothing once its time is over', async () => {
    const { token, expiresAt } = (await create({ name: 'guest', scopes: ['read'], expires: '2h' })).body;
    expect(expiresAt).toMatch(/Z$/);
    expect((await api.askAs(token, 'promotions', { project: 'shop' })).status).toBe(200);
    api.site.clock.advance(2 * 3_600_000);

    expect((await api.askAs(token, 'promotions', { project: 'shop' })).status).toBe(401);
    expect((await create({ name: 'forever', scopes: ['read'], expires: 'never' })).body.expiresAt).toBeNull();
  });

  test('is written down with whoever made it, and with each deed', async () => {
    await create({ name: 'made-by-admin', scopes: ['read'] }, tokens.get('admin'));

    expect(
      await query(api.db, `select who from ops.audit_log where what = 'token.create' and target = 'made-by-admin'`),
    ).toEqual([{ who: 'one-who-may-admin' }]);
    expect((await api.askAs('token', 'tokens')).body).toContainEqual(
      expect.objectContaining({ name: 'one-who-may-admin', lastUsedAt: expect.stringMatching(/Z$/) }),
    );
  });

  test.each([
    [{ name: 'operator', scopes: ['read'] }, 'a name that Slipway itself uses'],
    [{ name: 'a b', scopes: ['read'] }, 'letters, digits'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['root'] }, 'scopes'],
    [{ name: 'x', scopes: ['approve'] }, 'told by the e-mail address'],
    [{ name: 'x', email: 'nobody', scopes: ['approve'] }, 'email'],
    [{ name: 'x', scopes: ['read'], expires: 'tomorrow' }, 'expires'],
  ])('%j is not made', async (body, reason) => {
    expect(await create(body)).toMatchObject({
      status: 400,
      body: { code: 'payload-invalid', title: expect.stringContaining(reason) },
    });
  });
});
