/** Whoever takes another address stays the one who wrote, asked and approved. */
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { hashOfToken } from '../../packages/server/src/http/callers.ts';
import { setRole } from '../../packages/server/src/store/memberships.ts';
import { saveOwnToken } from '../../packages/server/src/store/own-tokens.ts';
import { setAddress } from '../../packages/server/src/store/profiles.ts';
import { inTransaction } from '../../packages/server/src/store/queryable.ts';
import { makeUser } from '../../packages/server/src/store/users.ts';
import { auditViews } from '../../packages/server/src/views/audit-view.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { openPromotionApi } from './promotion-site.ts';

const at = { project: 'shop' };
let shop: Shop;
let api: Awaited<ReturnType<typeof openPromotionApi>>;
let id: string;
beforeAll(async () => {
  shop = await makeShop();
  api = await openPromotionApi(inject('postgresUrl'), shop);
});
afterAll(async () => {
  await api?.close();
  await shop?.remove();
});
beforeEach(async () => {
  await api.configure('{ approvals: 2 }');
  await api.prove();
});

/** By somebody who is nobody of those who are looked at. */
const asked = async (): Promise<void> => {
  const asker = await api.person(`asker-${Math.random().toString(36).slice(2)}`, 'promote');
  id = (await api.askAs(asker, 'requestPromotion', at, {})).body.id;
};

/** An administrator of the project with a token of their own. */
const account = async (name: string) => {
  const [user, email] = [`user_${name}`, `${name}@example.com`];
  const token = `slipway_${name.padEnd(43, 'x')}`;
  await makeUser(api.db, { id: user, name, email, administrator: false, passwordHash: 'none' });
  await setRole(api.db, { user, project: 'shop', role: 'admin', by: 'test' });
  const rights = { scopes: ['promote', 'approve'], projects: null, expiresAt: null } as const;
  await saveOwnToken(api.db, { id: `tok_${name}`, name: 'own', user, email, sha256: hashOfToken(token), ...rights });
  return {
    move: (to: string) =>
      inTransaction(api.db, (db) =>
        setAddress(db, { user, email: `${to}@example.com`, now: new Date().toISOString() }),
      ),
    ask: async () => {
      id = (await api.askAs(token, 'requestPromotion', at, {})).body.id;
    },
    approve: () => api.askAs(token, 'approvePromotion', { ...at, promotion: id }, {}),
  };
};
const gateOf = async (): Promise<string> => {
  const { body } = await api.askAs('token', 'promotion', { ...at, promotion: id });
  return body.gates.find(({ gate }: { gate: string }) => gate === 'approval').state;
};

test('the author does not approve', async () => {
  await asked();
  // Commits of the test's repository are hers.
  const mona = await account('mona');
  await mona.move('lisa');

  expect(api.told(await mona.approve())).toMatch(/^403 approval-own: lisa@example.com .*they wrote/);
});

test('who asked does not approve', async () => {
  const eve = await account('eve');
  await eve.ask();
  await eve.move('steve');

  expect(api.told(await eve.approve())).toContain('they asked for it themselves');
});

test('one person is not two of the two who are needed', async () => {
  await asked();
  const [ken, zoe] = [await account('ken'), await account('zoe')];
  await ken.approve();
  await ken.move('barbie');

  const { status, body } = await ken.approve();

  expect([status, body.approvals.map(({ who }: { who: string }) => who)]).toEqual([200, ['barbie@example.com']]);
  expect(await gateOf()).toBe('wait');
  await zoe.approve();
  expect(await gateOf()).toBe('pass');
});

test('they are told by name, also under the address that they had', async () => {
  const [rita, olga] = [await account('rita'), await account('olga')];
  await rita.ask();
  await olga.approve();
  await rita.move('rita-new');

  const { body } = await api.askAs('token', 'promotion', { ...at, promotion: id });
  expect(body.requestedBy).toEqual({ who: 'rita@example.com', name: 'rita', email: 'rita@example.com' });
  expect(body.approvals).toEqual([expect.objectContaining({ who: 'olga@example.com', name: 'olga' })]);
  const listed = (await api.askAs('token', 'promotions', at)).body;
  expect(listed[0]).toMatchObject({ id, requestedBy: 'rita@example.com', requesterName: 'rita' });

  const entries = await auditViews(api.db, {
    ...{ project: 'shop', who: null, what: 'promotion.', since: null, organisation: 'default' },
    ...{ limit: 100, after: null },
  });
  expect(entries.find(({ who }) => who === 'rita@example.com')).toMatchObject({ name: 'rita' });
  // Of a program there is no name.
  const program = await api.person('release-bot', 'approve');
  const { approvals } = (await api.askAs(program, 'approvePromotion', { ...at, promotion: id }, {})).body;
  expect(approvals[1]).toMatchObject({ who: 'release-bot', name: null });
});
