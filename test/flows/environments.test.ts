import { environmentDetails, environmentTraffic, environmentVariables } from '@slipway/contracts/environment-views';
import { Failure } from '@slipway/contracts/failure';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { LATENCY_PLACES, latencyPlace } from '../../packages/server/src/domain/latency.ts';
import { setEnvironment } from '../../packages/server/src/store/environments.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { type ApiSite, OPERATOR_TOKEN, openApiSite } from './api-site.ts';
import { makeShop, type Shop } from './make-slipway.ts';

const YAML = `version: 1
name: shop
odoo:
  series: '19.0'
  addons: [addons]
stages:
  preview:
    environment: {GREETING: hello}
    secrets: [SMTP_PASSWORD, MISSING_KEY]
variables:
  names:
    GREETING: {says: What is said first.}
    API_KEY: {secret: true, says: Of the carrier., stages: [production]}
    COLOUR: {default: green}
`;

let shop: Shop;
let sha: string;
beforeAll(async () => {
  shop = await makeShop();
  sha = await shop.push('variables', { 'slipway.yaml': YAML });
});
afterAll(() => shop.remove());

let api: ApiSite;
beforeEach(async () => {
  api = await openApiSite(inject('postgresUrl'), shop);
});
afterEach(() => api.close());

const ask = async (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, payload?: object) => {
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` };
  const url = `/api/v1${path}`;
  const answer = await api.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  return { status: answer.statusCode, body: answer.json(), text: answer.body };
};
const of = (what: string, environment = 'shop/pr-1') =>
  ask('GET', `/environments/${encodeURIComponent(environment)}/${what}`);
const details = async (environment?: string) => environmentDetails.parse((await of('details', environment)).body);
const open = async (ref = 'main', number = 1): Promise<void> => {
  await ask('POST', '/projects/shop/previews', { number, ref });
  await api.plane.drain();
};
const database = () => api.site.world.databases.get('odoo_pr_1');

describe('what an environment is like', () => {
  test('is told of one that serves: sizes, modules, containers', async () => {
    await open();
    database()?.modules.set('sale', 'installed').set('crm', 'to install');

    const found = await details();

    expect(found).toMatchObject({ environment: 'shop/pr-1', state: 'live', asleep: false, series: '19.0' });
    expect(found.database).toEqual({ known: { name: 'odoo_pr_1', bytes: 50_000_000 }, why: null });
    expect(found.files).toEqual({ known: { count: 12, bytes: 3_400_000 }, why: null });
    const modules = new Map(found.modules.known?.map(({ name, own }) => [name, own]));
    expect(modules.get('shop_order')).toBe(true);
    expect(modules.get('sale')).toBe(false);
    expect(modules.has('crm')).toBe(false);
    expect(found.containers.known).toEqual([
      expect.objectContaining({
        slot: 'blue',
        serves: true,
        running: true,
        memoryBytes: 300_000_000,
        cpuPercent: 12.5,
      }),
    ]);
  });

  test('is told of one that sleeps, and does not wake it', async () => {
    await open();
    await ask('POST', '/projects/shop/previews/1/sleep');
    await api.plane.drain();
    const effects = new Map(api.site.world.effects);

    const found = await details();

    expect(found).toMatchObject({ state: 'sleeping', asleep: true });
    expect(found.database.known?.bytes).toBe(50_000_000);
    expect(found.modules.known?.length).toBeGreaterThan(0);
    expect(found.containers.known).toEqual([
      expect.objectContaining({ slot: 'blue', running: false, memoryBytes: null, cpuPercent: null }),
    ]);
    await api.plane.drain();
    expect(api.site.world.effects).toEqual(effects);
    expect((await details()).state).toBe('sleeping');
  });

  test('says why not, of what was never there and of what is gone', async () => {
    await ask('POST', '/projects/shop/previews', { number: 1, ref: 'main' });
    const why = 'Nothing has served here yet.';
    for (const part of ['database', 'files', 'modules', 'containers'] as const)
      expect([part, (await details())[part]]).toEqual([part, { known: null, why }]);
    await api.plane.drain();
    await ask('DELETE', '/projects/shop/previews/1');
    await api.plane.drain();

    const found = await details();

    for (const part of ['database', 'files', 'modules', 'containers'] as const)
      expect([part, found[part]]).toEqual([
        part,
        { known: null, why: 'It is closed: its database and files are gone.' },
      ]);
  });

  test('says of each part by itself why it cannot be known', async () => {
    await open();
    api.site.world.failNext('usage.of', new Failure('docker-unreachable', { reason: 'connect ENOENT' }));
    const role = database()?.role;
    await setEnvironment(api.db, 'shop/pr-1', { database: 'elsewhere' });

    const found = await details();

    expect(role).toBe('odoo_pr_1');
    expect(found.database).toEqual({ known: null, why: 'There is no database elsewhere.' });
    expect(found.modules).toEqual({ known: null, why: expect.stringContaining('"elsewhere" does not exist') });
    expect(found.containers).toEqual({ known: null, why: expect.stringContaining('connect ENOENT') });
  });

  test('of none that there is: 404', async () => {
    for (const what of ['details', 'traffic', 'variables'])
      expect((await of(what, 'shop/pr-9')).body).toMatchObject({ code: 'environment-unknown' });
  });
});

describe('what was asked of an environment', () => {
  const counted = async (ago: number, requests: number, serverErrors: number, milliseconds: number): Promise<void> => {
    const latencies = new Array<number>(LATENCY_PLACES).fill(0);
    latencies[latencyPlace(milliseconds)] = requests;
    const at = new Date(Math.floor((api.site.clock.now().getTime() - ago * 1000) / 10_000) * 10_000).toISOString();
    await query(
      api.db,
      `insert into ops.edge_measures (environment, at, requests, server_errors, latencies) values ('shop/pr-1', $1, $2, $3, $4)`,
      [at, requests, serverErrors, latencies],
    );
  };
  const traffic = async (query = '') => environmentTraffic.parse((await of(`traffic${query}`)).body);

  test('is added up in sixty steps, with what 95 of 100 took', async () => {
    await open();
    await counted(0, 95, 1, 50);
    await counted(600, 5, 2, 8_000);
    await counted(5 * 3600, 7, 0, 20);

    const hour = await traffic();

    expect(hour).toMatchObject({ stepSeconds: 60, total: { requests: 100, serverErrors: 3 } });
    expect(hour.steps).toHaveLength(60);
    expect(hour.steps.at(-1)).toMatchObject({ requests: 95, serverErrors: 1 });
    const slow = hour.steps.find(({ requests }) => requests === 5);
    expect(slow?.p95).toBeGreaterThanOrEqual(8_000);
    expect(hour.total.p95).toBeLessThan(100);
    expect(hour.steps.filter(({ requests, p95 }) => requests === 0 && p95 === null)).toHaveLength(58);
    expect(Date.parse(hour.until) - Date.parse(hour.from)).toBe(3_600_000);
    expect(await traffic('?hours=6')).toMatchObject({ stepSeconds: 360, total: { requests: 107 } });
  });

  test('is nothing where nothing was asked, and only of times that are kept', async () => {
    await open();

    expect((await traffic('?hours=24')).total).toEqual({ requests: 0, serverErrors: 0, p95: null });
    expect((await of('traffic?hours=48')).status).toBe(400);
  });
});

describe('variables', () => {
  test('are those that slipway.yaml of the served commit says, secrets without their values', async () => {
    await open(sha);
    expect((await of('details')).body.state).toBe('failed');
    await ask('PUT', '/projects/shop/secrets/preview/SMTP_PASSWORD', { value: 'hunter2' });
    await ask('PUT', '/projects/shop/secrets/preview/MISSING_KEY', { value: 'hunter3' });
    await open(sha);
    await ask('DELETE', '/projects/shop/secrets/preview/MISSING_KEY');

    const { body, text } = await of('variables');
    const found = environmentVariables.parse(body);

    expect(found).toMatchObject({ stage: 'preview', sha });
    expect(found.variables).toEqual([
      expect.objectContaining({ name: 'COLOUR', value: null, default: 'green', given: true, handed: false }),
      expect.objectContaining({ name: 'GREETING', value: 'hello', says: 'What is said first.', handed: true }),
      expect.objectContaining({ name: 'MISSING_KEY', value: null, secret: true, given: false, required: true }),
      expect.objectContaining({ name: 'SMTP_PASSWORD', value: null, secret: true, given: true, handed: true }),
    ]);
    expect(text).not.toContain('hunter');
  });

  test('are those of the project while nothing serves', async () => {
    await ask('POST', '/projects/shop/previews', { number: 1, ref: sha });

    expect((await of('variables')).body).toEqual({
      environment: 'shop/pr-1',
      stage: 'preview',
      sha: null,
      variables: [],
    });
  });

  test('of a project that an older Slipway stored, without what came since, are told all the same', async () => {
    await ask('POST', '/projects/shop/previews', { number: 1, ref: sha });
    const older = `config #- '{variables}' #- '{stages,preview,environment}' #- '{stages,preview,secrets}'`;
    await query(api.db, `update ops.projects set config = ${older}`);
    expect((await of('variables')).body).toMatchObject({ sha: null, variables: [] });

    await query(api.db, `update ops.projects set config = jsonb_set(config, '{stages,preview,max}', '"many"')`);
    expect((await of('variables')).body).toMatchObject({
      ...{ code: 'config-invalid', facts: { problems: expect.stringContaining('stages.preview.max') } },
    });
  });
});

describe('a secret', () => {
  const remove = (name: string, stage = 'preview') => ask('DELETE', `/projects/shop/secrets/${stage}/${name}`);
  const audited = () =>
    query<{ target: string; details: object }>(
      api.db,
      `select target, details from ops.audit_log where what = 'secret.remove'`,
    );

  test('that is removed is gone, and who did it is kept', async () => {
    for (const stage of ['preview', 'staging'])
      await ask('PUT', `/projects/shop/secrets/${stage}/KEY`, { value: 'hunter2' });

    const { status, body, text } = await remove('KEY');

    expect({ status, body }).toMatchObject({ status: 200, body: { name: 'KEY', stage: 'preview', version: 1 } });
    expect(text).not.toContain('hunter2');
    expect((await ask('GET', '/projects/shop/secrets')).body).toMatchObject([{ name: 'KEY', stage: 'staging' }]);
    await expect(api.plane.secrets.get('shop', 'preview', 'KEY')).rejects.toMatchObject({ code: 'secret-unknown' });
    expect(await audited()).toEqual([{ target: 'shop/preview/KEY', details: { version: 1 } }]);
    // Logs of before may hold it: it is masked all the same.
    expect((await api.plane.secrets.known()).map((one) => one.reveal())).toContain('hunter2');
  });

  test('that there is none of is said, and nothing is written down', async () => {
    await api.plane.secrets.ensure('shop/pr-1', 'admin-password');

    for (const [name, stage] of [['KEY'], ['admin-password', ''], ['admin-password', 'preview']] as const)
      expect((await remove(name, stage)).status).toBe(404);
    expect(await audited()).toEqual([]);
    expect(await query(api.db, `select 1 from ops.secrets where environment = 'shop/pr-1'`)).toHaveLength(1);
  });
});
