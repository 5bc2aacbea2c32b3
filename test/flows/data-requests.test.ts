import type { RouteName } from '@slipway/contracts/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openDataApi } from './data-site.ts';
import { makeShop, type Shop } from './make-slipway.ts';

const at = '/projects/shop';
let shop: Shop;
let api: Awaited<ReturnType<typeof openDataApi>>;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop?.remove());
beforeEach(async () => {
  api = await openDataApi(inject('postgresUrl'), shop);
});
afterEach(() => api?.close());

/** Every route of dataRoutes. */
const VERBS: readonly (readonly [RouteName, 'GET' | 'PUT' | 'POST' | 'DELETE', string, object | null])[] = [
  ['data', 'GET', '/data', null],
  ['snapshots', 'GET', '/snapshots', null],
  ['createSnapshot', 'POST', '/snapshots', { kind: 'raw' }],
  ['pinSnapshot', 'PUT', '/snapshots/snap_raw/pin', { pinned: true }],
  ['verifySnapshot', 'POST', '/snapshots/snap_raw/verify', null],
  ['removeSnapshot', 'DELETE', '/snapshots/snap_raw', null],
  ['restoreBackup', 'POST', '/snapshots/snap_raw/restore', { to: 'staging' }],
  ['drillBackup', 'POST', '/backups/drill', { snapshot: 'snap_raw' }],
  ['pruneBackups', 'POST', '/backups/prune', null],
  ['downloadSnapshot', 'POST', '/snapshots/snap_raw/download', {}],
  ['giveStoreKey', 'PUT', '/backups/key', { key: 'k'.repeat(32) }],
  ['storedSnapshots', 'GET', '/store', null],
  ['adoptSnapshots', 'POST', '/store/adopt', null],
  ['storeKey', 'POST', '/backups/key', null],
  ['refreshStaging', 'POST', '/staging/refresh', {}],
  ['deployStaging', 'POST', '/staging/deploy', null],
];

describe('a name that there is none of', () => {
  test.each(VERBS)('%s: a project is answered with those that there are', async (_, method, path, body) => {
    expect(await api.about(method, `/projects/shopp${path}`, body ?? undefined)).toBe(
      '404 project-unknown: There is no project shopp; there are: shop.',
    );
  });

  test.each([
    ['PUT', '/snapshots/snap_raw/pin', { pinned: true }],
    ['POST', '/snapshots/snap_raw/verify', undefined],
    ['POST', '/snapshots/snap_raw/download', { raw: true }],
    ['DELETE', '/snapshots/snap_raw', undefined],
    ['POST', '/snapshots/snap_raw/restore', { to: 'staging' }],
    ['POST', '/backups/drill', { snapshot: 'snap_raw' }],
    ['POST', '/staging/refresh', { snapshot: 'snap_raw' }],
  ] as const)('%s %s: a snapshot is not made up', async (method, path, body) => {
    await api.withStages();

    expect(await api.about(method, at + path, body)).toBe(
      '404 snapshot-unknown: There is no snapshot or backup snap_raw.',
    );
    expect(await api.runs()).toEqual([]);
    // That somebody asked is kept, with why it was refused; that anything was done is not.
    expect(await api.audited()).toMatchObject([{ details: { code: 'snapshot-unknown' } }]);
  });
});

describe('a project without production and staging', () => {
  test.each([
    ['POST', '/snapshots', { kind: 'raw' }, 'production'],
    ['POST', '/snapshots', { kind: 'sanitised' }, 'production'],
    ['POST', '/backups/prune', undefined, 'production'],
    ['POST', '/backups/drill', { snapshot: 'snap_raw' }, 'production'],
    ['POST', '/staging/refresh', {}, 'staging'],
    ['POST', '/staging/deploy', undefined, 'staging'],
    ['POST', '/snapshots/snap_raw/restore', { to: 'staging' }, 'staging'],
  ] as const)('%s %s %j is told what to add', async (method, path, body, stage) => {
    await api.known('snap_raw', 'raw');

    expect(await api.about(method, at + path, body)).toBe(
      `409 stage-missing: Project shop has no ${stage} in its slipway.yaml.`,
    );
    expect(await api.runs()).toEqual([]);
  });

  test('has no data to tell of', async () => {
    expect(await api.ask('GET', `${at}/data`)).toEqual({
      status: 200,
      body: { schedules: [], drill: null, archive: null, events: [], failed: [] },
    });
    expect((await api.ask('GET', `${at}/snapshots`)).body).toEqual([]);
  });
});

describe('what is asked for', () => {
  beforeEach(() => api.withStages());

  test.each([
    ['/snapshots', { kind: 'raw' }, 'create-snapshot', 'production', { kind: 'raw', acceptDrift: false }],
    [
      '/snapshots',
      { kind: 'sanitised', accept_drift: true },
      'create-snapshot',
      'production',
      { kind: 'sanitised', reason: 'manual', acceptDrift: true },
    ],
    ['/snapshots/snap_raw/restore', { to: 'staging' }, 'restore-staging', 'staging', { snapshot: 'snap_raw' }],
    [
      '/snapshots/snap_raw/restore',
      { to: 'production', confirm: 'production' },
      'restore-production',
      'production',
      { snapshot: 'snap_raw' },
    ],
    ['/backups/drill', undefined, 'drill-backup', 'drill', { snapshot: 'snap_raw' }],
    ['/backups/prune', undefined, 'prune-snapshots', 'production', {}],
    ['/staging/refresh', {}, 'refresh-staging', 'staging', { snapshot: null, renew: false }],
    ['/staging/refresh', { renew: true }, 'refresh-staging', 'staging', { snapshot: null, renew: true }],
    ['/staging/refresh', { snapshot: 'snap_s' }, 'refresh-staging', 'staging', { snapshot: 'snap_s' }],
    ['/staging/deploy', undefined, 'deploy-staging', 'staging', {}],
  ] as const)('POST %s %j is a run %s of %s, recorded', async (path, body, kind, stage, facts) => {
    await api.known('snap_raw', 'raw');
    await api.known('snap_s', 'sanitised');

    const { status, body: answer } = await api.ask('POST', at + path, body);

    expect(status).toBe(200);
    const [run, ...others] = await api.runs();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ id: answer.run, kind, environment: `shop/${stage}`, requestedBy: 'operator', facts });
    expect(run?.sha).toBe(stage === 'staging' ? shop.main : null);
    expect(await api.audited()).toMatchObject([
      { who: 'operator', target: `shop/${stage}`, details: { run: answer.run, ...facts } },
    ]);
  });

  test.each([
    ['/snapshots', { kind: 'everything' }],
    ['/snapshots', {}],
    ['/snapshots', { kind: 'raw', sanitise: true }],
    ['/snapshots/snap_raw/restore', { to: 'drill' }],
    ['/staging/refresh', { snapshot: 'snap_s', renew: true }],
    ['/backups/drill', { snapshot: '' }],
  ])('POST %s %j is refused', async (path, body) => {
    await api.known('snap_raw', 'raw');
    await api.known('snap_s', 'sanitised');

    expect(await api.ask('POST', at + path, body)).toMatchObject({ status: 400, body: { code: 'payload-invalid' } });
    expect(await api.runs()).toEqual([]);
  });

  test.each([{}, { confirm: 'staging' }, { confirm: 'yes' }])(
    'production is restored into only by somebody who says its name, not %j',
    async (more) => {
      await api.known('snap_raw', 'raw');

      expect(await api.about('POST', `${at}/snapshots/snap_raw/restore`, { to: 'production', ...more })).toMatch(
        /^400 usage: .*confirm with its name, production/,
      );
      expect(await api.runs()).toEqual([]);
    },
  );

  test('a drill without a backup says so, whatever else there is', async () => {
    await api.known('snap_s', 'sanitised');

    expect(await api.about('POST', `${at}/backups/drill`)).toContain('409 snapshot-none');
  });

  test('real data comes into staging by its own verb only', async () => {
    await api.known('snap_raw', 'raw');

    expect(await api.about('POST', `${at}/staging/refresh`, { snapshot: 'snap_raw' })).toMatch(
      /^400 usage: .*snap_raw is a backup with real data; `slipway backup restore snap_raw --to staging`/,
    );
  });

  test('a sanitised snapshot is neither restored nor drilled as a backup', async () => {
    await api.known('snap_s', 'sanitised');

    expect(await api.about('POST', `${at}/snapshots/snap_s/restore`, { to: 'staging' })).toMatch(
      /^400 usage: .*no backup; for it there is `slipway staging refresh --snapshot snap_s`/,
    );
    expect(await api.about('POST', `${at}/backups/drill`, { snapshot: 'snap_s' })).toMatch(
      /^400 usage: .*no backup; for it there is `slipway snapshot verify snap_s`/,
    );
    expect(await api.runs()).toEqual([]);
  });
});
