import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROUTES } from '@slipway/contracts/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openStore } from '../../packages/server/src/flows/stored-snapshots.ts';
import { lookAtSchedules } from '../../packages/server/src/observe/run-schedules.ts';
import {
  copier,
  never,
  openShop,
  type Shop as Production,
} from '../../packages/server/src/snapshot/testing-shop.contract.ts';
import { writeSnapshot } from '../../packages/server/src/snapshot/write-snapshot.ts';
import { recordDrill } from '../../packages/server/src/store/drills.ts';
import { raiseEvent } from '../../packages/server/src/store/events.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { openDataApi } from './data-site.ts';
import { makeShop, type Shop } from './make-slipway.ts';

const at = '/projects/shop';
let shop: Shop;
let api: Awaited<ReturnType<typeof openDataApi>>;
let production: Production;
beforeAll(async () => {
  shop = await makeShop();
  production = await openShop();
});
afterAll(async () => {
  await production?.close();
  await shop?.remove();
});
beforeEach(async () => {
  api = await openDataApi(inject('postgresUrl'), shop);
});
afterEach(() => api?.close());

/** One that is in the store, too. */
const stored = async (): Promise<string> => {
  const to = await openStore(api.plane.slipway, await projectByName(api.db, 'shop'));
  const { source: from, filestore } = production;
  const where = { project: 'shop', environment: 'shop/production' };
  const { summary } = await writeSnapshot({ ...where, copier, from, filestore, masking: null, to, signal: never });
  await api.known(summary.id, 'raw', summary.takenAt);
  return summary.id;
};

describe('snapshots and backups', () => {
  test('are listed newest first, by kind, each with why it is kept', async () => {
    await api.withStages();
    for (const day of [1, 2, 3, 4, 5]) await api.known(`snap_s${day}`, 'sanitised', `2026-03-0${day}T10:00:00.000Z`);
    await api.known('snap_raw', 'raw', '2026-03-02T02:00:00.000Z');

    const list = async (search: string) =>
      (await api.ask('GET', `${at}/snapshots${search}`)).body.map((one: { id: string; keep: string | null }) => [
        one.id,
        one.keep,
      ]);
    expect(await list('?kind=raw')).toEqual([['snap_raw', 'daily 2026-03-02']]);
    expect(await list('?kind=sanitised')).toEqual([
      ['snap_s5', 'one of the newest 3'],
      ['snap_s4', 'one of the newest 3'],
      ['snap_s3', 'one of the newest 3'],
      ['snap_s2', null],
      ['snap_s1', null],
    ]);
    expect((await list('')).map(([id]: [string]) => id)).toContain('snap_raw');
    expect((await api.ask('GET', `${at}/snapshots?kind=all`)).body.code).toBe('payload-invalid');
    expect(ROUTES.snapshots.answer.safeParse((await api.ask('GET', `${at}/snapshots`)).body).error).toBeUndefined();
  });

  test('are pinned and unpinned, which is recorded', async () => {
    await api.known('snap_raw', 'raw');

    const pinned = await api.ask('PUT', `${at}/snapshots/snap_raw/pin`, { pinned: true });
    expect(pinned).toMatchObject({ status: 200, body: { id: 'snap_raw', pinned: true, keep: 'pinned' } });
    expect(ROUTES.pinSnapshot.answer.safeParse(pinned.body).error).toBeUndefined();
    const again = await api.ask('PUT', `${at}/snapshots/snap_raw/pin`, { pinned: false });
    expect(again.body).toMatchObject({ pinned: false, keep: 'daily 2026-03-01' });
    expect(await api.audited('snapshot.pin')).toEqual([
      { who: 'operator', target: 'shop/snap_raw', details: { pinned: true } },
      { who: 'operator', target: 'shop/snap_raw', details: { pinned: false } },
    ]);
  });

  test('are read whole when verified, and damage is named', async () => {
    const id = await stored();
    const good = await api.ask('POST', `${at}/snapshots/${id}/verify`);
    expect(good).toMatchObject({ status: 200, body: { ok: true, damages: [] } });
    expect(good.body.objects).toBeGreaterThan(1);

    const folder = join(api.site.data, 'snapshots', 'shop');
    const objects = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile() && entry.parentPath.includes('objects'),
    );
    const victim = objects[0];
    await writeFile(join(victim?.parentPath ?? '', victim?.name ?? ''), 'something else');
    const { body } = await api.ask('POST', `${at}/snapshots/${id}/verify`);
    expect(ROUTES.verifySnapshot.answer.parse(body)).toMatchObject({ ok: false, objects: good.body.objects });
    expect(body.damages).toHaveLength(1);
  });

  test('are gone at once when removed, which is recorded', async () => {
    const id = await stored();

    expect(await api.ask('DELETE', `${at}/snapshots/${id}`)).toEqual({ status: 200, body: { removed: id } });
    expect((await api.ask('GET', `${at}/snapshots`)).body).toEqual([]);
    expect(await api.about('DELETE', `${at}/snapshots/${id}`)).toContain('404 snapshot-unknown');
    expect(await api.audited('snapshot.remove')).toEqual([{ who: 'operator', target: `shop/${id}`, details: {} }]);
  });

  test('stay when their store cannot be opened', async () => {
    await api.known('snap_raw', 'raw');
    const project = await projectByName(api.db, 'shop');
    const store = {
      kind: 's3' as const,
      ...{ bucket: 'b', region: 'eu', prefix: '', endpoint: 'http://127.0.0.1:9' },
      ...{ access_key: 'S3_ACCESS_KEY', secret_key: 'S3_SECRET_KEY' },
    };
    const config = { ...project.config, data: { ...project.config.data, store } };
    await saveProject(api.db, { ...project, config });

    expect(await api.about('DELETE', `${at}/snapshots/snap_raw`)).toContain('secret-unknown');
    expect((await api.ask('GET', `${at}/snapshots`)).body).toMatchObject([{ id: 'snap_raw' }]);
  });

  test('have one key, the same each time, and whoever asks for it is recorded', async () => {
    const { status, body } = await api.ask('POST', `${at}/backups/key`);

    expect(status).toBe(200);
    expect(body.key.length).toBeGreaterThanOrEqual(32);
    expect((await api.ask('POST', `${at}/backups/key`)).body).toEqual(body);
    expect(await api.audited('backup.key')).toEqual([
      { who: 'operator', target: 'shop', details: {} },
      { who: 'operator', target: 'shop', details: {} },
    ]);
  });
});

test("a project's data is told as a whole: what is due, what was proved, what is wrong", async () => {
  await api.withStages();
  await lookAtSchedules(api.plane.slipway);
  await api.known('snap_raw', 'raw');
  const { db } = api;
  const drill = { snapshot: 'snap_raw', recoveryPointSeconds: 3600, recoveryTimeSeconds: 61.5, rowsCompared: 12 };
  await recordDrill(db, { id: 'drill_1', project: 'shop', run: null, ...drill });
  await raiseEvent(db, { project: 'shop', kind: 'backup-late', subject: 'backup', message: 'late' });

  const { status, body } = await api.ask('GET', `${at}/data`);

  expect(status).toBe(200);
  const told = ROUTES.data.answer.parse(body);
  expect(told.schedules.map(({ name }) => name)).toEqual(['backup', 'drill', 'refresh', 'snapshot']);
  expect(told.drill).toMatchObject(drill);
  expect(told.events).toMatchObject([{ kind: 'backup-late', message: 'late' }]);
});

describe('a file of the evidence', () => {
  test('is read by its path; any other path is answered with those that there are', async () => {
    const { run } = (await api.ask('POST', `${at}/previews`, { number: 1, ref: 'main' })).body;
    await api.plane.drain();
    const { folder, artifacts } = (await api.ask('GET', `/evidence/${run}`)).body;
    const paths = artifacts.map((one: { path: string }) => one.path.slice(folder.length + 1));

    const file = await api.ask('GET', `/evidence/${run}/file?path=${encodeURIComponent(paths[0])}`);
    expect(file).toMatchObject({ status: 200, body: { path: `${folder}/${paths[0]}` } });
    for (const wrong of ['nothing.txt', '../../master.key', '/etc/passwd', `../${folder}/../../master.key`, 't'])
      expect(await api.about('GET', `/evidence/${run}/file?path=${encodeURIComponent(wrong)}`)).toBe(
        `404 evidence-unknown: The evidence of run ${run} has no file ${wrong}; there are: ${paths.join(', ')}.`,
      );
    expect(await api.about('GET', `/evidence/run_x/file?path=a`)).toBe(
      `404 run-unknown: There is no run run_x; the newest are: ${run}.`,
    );
    expect(await api.about('GET', `/evidence/${run}/file`)).toContain('400 payload-invalid');
  });
});
