/** The API about promotions and tokens on a site of its own, with a staging that has proved a commit. */

import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import type { Scope } from '@slipway/contracts/route';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { requestStagingDeploy } from '../../packages/server/src/flows/request-data.ts';
import type { Slipway } from '../../packages/server/src/flows/slipway.ts';
import { ensureStage } from '../../packages/server/src/flows/stages.ts';
import { adminRoutes } from '../../packages/server/src/http/admin.ts';
import { addRoute } from '../../packages/server/src/http/api.ts';
import { dataRoutes } from '../../packages/server/src/http/data.ts';
import { internalRoutes } from '../../packages/server/src/http/internal.ts';
import { mailRoutes } from '../../packages/server/src/http/mails.ts';
import { neutralisationRoutes } from '../../packages/server/src/http/neutralisation.ts';
import { previewRoutes } from '../../packages/server/src/http/previews.ts';
import { promotionRoutes } from '../../packages/server/src/http/promotions.ts';
import { rehearsalRoutes } from '../../packages/server/src/http/rehearsals.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { storeRoutes } from '../../packages/server/src/http/store.ts';
import { tokenRoutes } from '../../packages/server/src/http/tokens.ts';
import { setEnvironment } from '../../packages/server/src/store/environments.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { type Queryable, query } from '../../packages/server/src/store/queryable.ts';
import { recordSnapshot } from '../../packages/server/src/store/snapshots.ts';
import { tokenOwner } from '../../packages/server/src/store/tokens.ts';
import { type ControlPlane, makeSite, type Shop, type Site } from './make-slipway.ts';

export const configText = (promotion = ''): string => `version: 1
name: shop
odoo: { series: '19.0', addons: [addons] }
stages: { production: { branch: main }, staging: { branch: release } }
${promotion === '' ? '' : `promotion: ${promotion}`}
`;

export const openPromotionApi = async (serverUrl: string, shop: Shop) => {
  const site = await makeSite(serverUrl, shop);
  const plane = await site.start();
  const { slipway } = plane;
  const { db, logger } = slipway;
  const app = makeServer({
    ...{ token: new Secret('token'), tokenFile: '/token', logger, newId, db },
    findToken: (sha256) => tokenOwner(db, sha256, slipway.clock.now().toISOString()),
  });
  for (const routes of [
    ...[promotionRoutes, tokenRoutes, previewRoutes, runRoutes, dataRoutes, storeRoutes],
    ...[mailRoutes, neutralisationRoutes, internalRoutes, rehearsalRoutes],
  ])
    routes(app, slipway);
  const unused = async () => Promise.reject(new Error('not asked for here'));
  const secrets = { listSecrets: unused, setSecret: unused, rotateSecrets: unused };
  const roots = { status: unused, doctor: unused, addProject: unused, ...secrets };
  adminRoutes(app, slipway, roots);
  // What is asked for elsewhere: here it only matters who may ask.
  for (const name of Object.keys(ROUTES) as RouteName[])
    if (!app.hasRoute({ method: ROUTES[name].method, url: ROUTES[name].path })) addRoute(app, name, async () => ({}));
  const askAs = async (
    token: string,
    route: RouteName,
    parameters: Readonly<Record<string, string>> = {},
    payload?: object,
  ) => {
    const { method, path } = ROUTES[route];
    const url = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? 'x'));
    const headers = { authorization: `Bearer ${token}` };
    const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
  };
  const person = async (name: string, ...scopes: Scope[]): Promise<string> => {
    const email = `${name}@example.com`;
    return (await askAs('token', 'createToken', {}, { name, email, scopes })).body.token;
  };
  const configure = async (promotion = ''): Promise<void> => {
    const parsed = parseProjectConfig(configText(promotion));
    if (!parsed.ok) throw new Error(`the test has a wrong slipway.yaml: ${JSON.stringify(parsed.problems)}`);
    await saveProject(db, {
      ...(await projectByName(db, 'shop')),
      config: parsed.config,
      source: parsed.config.source,
    });
  };
  await configure();
  return {
    ...{ site, plane, slipway, db, askAs, person, configure },
    app,
    /** Refusals and the like: `409 promotion-refused: …`. */
    told: ({ status, body }: { status: number; body: { code?: string; title?: string } }): string =>
      `${status} ${body.code}: ${body.title}`,
    prove: () => prove(slipway, { site, plane, shop }),
    close: async () => {
      await app.close();
      await site.remove();
    },
  };
};

let changes = 0;

/** Staging has data, and gets a commit with a changed module; what other steps would say of it is written down. Answers the commit. */
const prove = async (
  slipway: Slipway,
  { site, plane, shop }: { readonly site: Site; readonly plane: ControlPlane; readonly shop: Shop },
): Promise<string> => {
  const { db, ports } = slipway;
  const project = await projectByName(db, 'shop');
  const id = await ensureStage(slipway, db, project, 'staging');
  if (!site.world.databases.has('odoo_staging')) {
    await ports.databases.ensureRole('odoo_staging', new Secret('p'), id);
    await ports.databases.create('odoo_staging', 'odoo_staging', id);
    site.world.databases.get('odoo_staging')?.modules.set('base', 'installed').set('shop_order', 'installed');
    await ports.filestores.ensure(id);
    const installed = { shop_order: { hash: '', version: null, files: {} } };
    const serving = { state: 'live', liveSlot: 'blue', image: 'slipway/shop:old' } as const;
    await setEnvironment(db, id, { ...serving, installed, headSha: shop.main, liveSha: shop.main });
  }
  changes += 1;
  const sha = await shop.push(
    'release',
    { 'addons/shop_order/models/more.py': `MORE = ${changes}\n` },
    `Change ${changes}`,
  );
  const run = await requestStagingDeploy(slipway, { project: 'shop', requestedBy: 'test' });
  await plane.drain();
  await said(db, run, { kind: 'smoke-slot', input: { sha }, receipt: { failed: [] } });
  const guards = [
    { id: 'secrets', errors: 0, warnings: 0 },
    { id: 'manifests', errors: 0, warnings: 0 },
  ];
  await said(db, run, {
    kind: 'check-repository',
    input: { sha },
    receipt: { unfinished: null, errors: 0, warnings: 1, guards },
  });
  await ensureStage(slipway, db, project, 'production');
  await backUp(slipway, `snap_${changes}`);
  return sha;
};

const said = (
  db: Queryable,
  run: string,
  step: { readonly kind: string; readonly input: object; readonly receipt: object },
) =>
  query(
    db,
    `insert into ops.steps (run, index, name, kind, state, input, receipt, finished_at)
     values ($1, (select max(index) + 1 from ops.steps where run = $1), $2, $2, 'done', $3, $4, now())`,
    [run, step.kind, JSON.stringify(step.input), JSON.stringify(step.receipt)],
  );

const backUp = (slipway: Slipway, id: string): Promise<void> => {
  const takenAt = slipway.clock.now().toISOString();
  return recordSnapshot(slipway.db, {
    ...{ id, kind: 'raw', takenAt, finishedAt: takenAt, project: 'shop', environment: 'shop/production', run: null },
    ...{ reason: 'manual', series: '19.0', modules: 1, rows: 1, files: 0, bytes: 1, storedBytes: 1 },
    ...{ encrypted: true, rules: null, columns: null },
  });
};
