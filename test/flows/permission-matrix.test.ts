/** Every route × everybody who may ask × what is there, what is not, and what is not theirs. Written down by hand: nothing here is taken from the code that decides. */
import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { SCOPES, type Scope } from '@slipway/contracts/route';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { addRoute } from '../../packages/server/src/http/api.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { openPermissionSite, PEOPLE, type Person } from './permission-site.ts';
import { MAY, WANTS, type Wants } from './permission-wants.ts';

/** What is asked about, by the parameter of the path that says whose it is: there, by stage; and not there. */
const TARGETS = {
  project: { there: { preview: 'shop' }, none: 'nope' },
  environment: {
    there: { preview: 'shop/pr-1', staging: 'shop/staging', production: 'shop/production' },
    none: 'nope/pr-1',
  },
  run: {
    there: { preview: 'run_shop_preview', staging: 'run_shop_staging', production: 'run_shop_production' },
    none: 'run_none',
  },
  build: { there: { preview: 'bld_shop_preview' }, none: 'bld_none' },
  shell: {
    there: { preview: 'shl_shop_preview', staging: 'shl_shop_staging', production: 'shl_shop_production' },
    none: 'shl_none',
  },
} as const;
type Parameter = keyof typeof TARGETS;
type Stage = 'preview' | 'staging' | 'production';

const ROUTE_NAMES = Object.keys(ROUTES) as RouteName[];
const parameterOf = (name: RouteName): Parameter | undefined =>
  (Object.keys(TARGETS) as Parameter[]).find((one) => ROUTES[name].path.split('/').includes(`:${one}`));
const located = ROUTE_NAMES.flatMap((name) => {
  const parameter = parameterOf(name);
  return parameter === undefined ? [] : [{ name, parameter }];
});

let shop: Shop;
let site: Awaited<ReturnType<typeof openPermissionSite>>;
beforeAll(async () => {
  shop = await makeShop();
  // Whoever is let in meets nothing that could say no again.
  site = await openPermissionSite(inject('postgresUrl'), shop, (app) => {
    for (const name of ROUTE_NAMES) addRoute(app, name, async () => ({ letIn: true }));
    app.post('/outside', async () => ({ letIn: true }));
  });
});
afterAll(async () => {
  await site?.close();
  await shop?.remove();
});

/** `in`: anything but a no of the one place. */
const outcome = ({ status }: { readonly status: number }): string =>
  [401, 403, 404].includes(status) ? `${status}` : 'in';

/** What a person of the organisation of `shop` and `depot`, or of another one, is to be answered about something of `shop`. */
const due = (who: Person, wants: Wants, at: Stage | 'none' | 'nowhere'): string => {
  if (wants === 'nobody' || (at === 'nowhere' && wants === 'signed-in')) return 'in';
  if (at === 'none' || (at !== 'nowhere' && ['stranger', 'foreigner'].includes(who))) return '404';
  if (who === 'root') return 'in';
  if (wants === 'installation' || wants === 'signed-in') return '403';
  const role = who === 'both' ? 'developer' : who;
  const those: readonly string[] = MAY[wants === 'stage' ? (at as Stage) : wants];
  return those.includes(role) ? 'in' : '403';
};

/** What a token has to be for, where it is not `read` for what reads and `admin` for what changes something. */
const SCOPED: Partial<Record<RouteName, Scope>> = {
  requestPromotion: 'promote',
  goPromotion: 'promote',
  rehearse: 'promote',
  approvePromotion: 'approve',
  refusePromotion: 'approve',
  verifyEvidence: 'read',
  tokens: 'admin',
  audit: 'admin',
  projectAudit: 'admin',
  invitations: 'admin',
  users: 'admin',
  webhooks: 'admin',
  webhookDeliveries: 'admin',
  environmentUsers: 'admin',
  attachShell: 'admin',
  shellRecording: 'admin',
  doctor: 'admin',
};

/** The organisation's tokens: everything of it that their scope does. */
const dueByToken = (scope: Scope, name: RouteName, at: Stage | 'none' | 'nowhere'): string => {
  if (WANTS[name] === 'nobody') return 'in';
  const needed = SCOPED[name] ?? (ROUTES[name].method === 'GET' ? 'read' : 'admin');
  if (scope !== 'admin' && needed !== 'read' && needed !== scope) return '403';
  return at === 'none' ? '404' : 'in';
};

const everyone = (Object.keys(PEOPLE) as Person[]).filter((who) => who !== 'reader');

const compare = async (name: RouteName, parameters: Record<string, string>, at: Stage | 'none' | 'nowhere') => {
  const [met, wanted]: [Record<string, string>, Record<string, string>] = [{}, {}];
  for (const who of everyone) {
    met[who] = outcome(await site.ask(who, name, parameters));
    wanted[who] = due(who, WANTS[name], at);
  }
  for (const scope of SCOPES) {
    met[`token:${scope}`] = outcome(await site.ask(`token:${scope}`, name, parameters));
    wanted[`token:${scope}`] = dueByToken(scope, name, at);
  }
  met['nobody'] = outcome(await site.ask('nobody', name, parameters));
  wanted['nobody'] = WANTS[name] === 'nobody' ? 'in' : '401';
  return { met, wanted };
};

describe('the matrix', () => {
  test('has every route', () => {
    expect(Object.keys(WANTS).sort()).toEqual([...ROUTE_NAMES].sort());
  });

  test.each(located)('$name, by its $parameter', async ({ name, parameter }) => {
    const { there, none } = TARGETS[parameter];
    for (const [stage, id] of Object.entries(there)) {
      const { met, wanted } = await compare(name, { [parameter]: id }, stage as Stage);
      expect({ id, ...met }).toEqual({ id, ...wanted });
    }
    const { met, wanted } = await compare(name, { [parameter]: none }, 'none');
    expect(met).toEqual(wanted);
  });

  test.each(ROUTE_NAMES.filter((name) => parameterOf(name) === undefined))('%s, of no project', async (name) => {
    const { met, wanted } = await compare(name, {}, 'nowhere');
    expect(met).toEqual(wanted);
  });

  test.each(located)('$name tells nobody what there is', async ({ name, parameter }) => {
    const { there, none } = TARGETS[parameter];
    for (const who of ['stranger', 'foreigner'] as const) {
      const missing = await site.ask(who, name, { [parameter]: none });
      for (const id of Object.values(there)) {
        const { status, text } = await site.ask(who, name, { [parameter]: id });

        expect({ status, text: text.replaceAll(id, '<id>') }).toEqual({
          status: 404,
          text: missing.text.replaceAll(none, '<id>'),
        });
        expect(text.replaceAll(id, '<id>')).not.toMatch(/shop/);
      }
    }
  });

  test.each(located)(
    '$name asks the store as much for what is not there as for what is not theirs',
    async ({ name, parameter }) => {
      const { there, none } = TARGETS[parameter];
      const asked = vi.spyOn(pg.Client.prototype, 'query');
      const statements = async (id: string) => {
        asked.mockClear();
        await site.ask('stranger', name, { [parameter]: id });
        return asked.mock.calls.map(([statement]) =>
          typeof statement === 'string' ? statement : (statement as { text?: string }).text,
        );
      };
      const missing = await statements(none);
      for (const id of Object.values(there)) expect(await statements(id)).toEqual(missing);
      asked.mockRestore();

      expect(missing.length).toBeGreaterThan(0);
    },
  );

  test('a token for reading changes nothing, whatever the role of its owner', async () => {
    for (const [name, at] of [
      ['openPreview', { project: 'shop' }],
      ['openPreview', { project: 'nope' }],
      ['cancelRun', { run: 'run_shop_preview' }],
      ['setMember', { project: 'shop' }],
    ] as const)
      expect((await site.ask('reader', name, at)).body).toMatchObject({ status: 403, code: 'token-scope' });
    expect(outcome(await site.ask('reader', 'secrets', { project: 'shop' }))).toBe('in');
  });
});

test('evidence is found by the id of a deployment, too, and only by those who may', async () => {
  const bundle = (who: Person, run: string) => site.ask(who, 'evidenceBundle', { run });

  expect(outcome(await bundle('viewer', 'dep_shop_production'))).toBe('in');
  const [theirs, none] = [await bundle('stranger', 'dep_shop_production'), await bundle('stranger', 'dep_none')];
  expect(theirs.text.replaceAll('dep_shop_production', '<id>')).toBe(none.text.replaceAll('dep_none', '<id>'));
  expect(theirs.status).toBe(404);
});

test('a path that no table has is for those who administer the installation', async () => {
  const outside = async (who: string, url = '/outside') =>
    (await site.app.inject({ method: 'POST', url, headers: { 'x-person': who } })).statusCode;

  expect([await outside('nobody'), await outside('admin'), await outside('foreigner')]).toEqual([401, 403, 403]);
  expect([await outside('root'), await outside('admin', '/none'), await outside('nobody', '/none')]).toEqual([
    200, 404, 401,
  ]);
});
