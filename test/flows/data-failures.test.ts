import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { setEnvironment } from '../../packages/server/src/store/environments.ts';
import { projectByName } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { boardOf } from '../../packages/server/src/views/board-view.ts';
import { configure, productionAt } from '../chaos/data-scenarios.ts';
import { onServer } from '../setup/database.ts';
import { makeProduction, type Production } from './data-production.ts';
import { type DataStand, openDataStand } from './data-stand.ts';
import { makeShop, type Shop } from './make-slipway.ts';

/** What goes wrong in a whole run: what people are told, what they still have, and that it works when it is mended. */
let shop: Shop;
let production: Production;
let stand: DataStand;
beforeAll(async () => {
  shop = await makeShop();
  production = await makeProduction(inject('postgresUrl'));
  const config = (await shop.repository.readFile(shop.main, 'slipway.yaml')) ?? '';
  await shop.push('older', { 'slipway.yaml': config.replace('19.0', '18.0') });
});
afterAll(async () => {
  await production?.remove();
  await shop?.remove();
});
beforeEach(async () => {
  stand = await openDataStand(inject('postgresUrl'), shop);
  await configure(stand.plane, production);
  await productionAt(stand.plane, production.url);
});
afterEach(() => stand?.close());

const objectsBelow = async (): Promise<string[]> => {
  const folder = join(stand.site.data, 'snapshots/shop/objects');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

/** One byte of each object of the store; answers how to put them back. */
const damage = async (): Promise<() => Promise<void>> => {
  const kept = new Map<string, Buffer>();
  for (const path of await objectsBelow()) {
    const content = await readFile(path);
    kept.set(path, Buffer.from(content));
    const middle = Math.floor(content.length / 2);
    content[middle] = (content[middle] ?? 0) ^ 1;
    await writeFile(path, content);
  }
  return async () => {
    for (const [path, content] of kept) await writeFile(path, content);
  };
};

const SNAPSHOT = ['snapshot', 'create', 'production', '--sanitise'] as const;
const RESTORE = (id: string) => ['backup', 'restore', id, '--to', 'staging', '--yes'] as const;

describe('with a staging that serves', () => {
  beforeEach(async () => {
    await stand.succeeds('staging', 'refresh');
    expect(await stand.staging()).toBe('serves');
  });

  test('a byte that changed in the store is found before anything is replaced', async () => {
    await productionAt(stand.plane, production.later);
    await stand.succeeds(...SNAPSHOT);
    const mend = await damage();

    const said = await stand.fails('staging', 'refresh');

    expect(said).toMatchObject({ code: 'snapshot-corrupt', hint: expect.stringContaining('Take another snapshot') });
    expect(said.message).toMatch(/^Snapshot snap_\w+ is damaged: schema \(object [0-9a-f]{64}\)/);
    await stand.untouched();
    await mend();
    await stand.succeeds('staging', 'refresh');
    await stand.untouched();
  });

  test('a backup with a damaged part is not restored, and none of its real files stays behind', async () => {
    await stand.succeeds('backup', 'create');
    const [backup = ''] = await stand.backups();
    const mend = await damage();

    expect(await stand.fails(...RESTORE(backup))).toMatchObject({ code: 'snapshot-corrupt' });

    await stand.untouched();
    await mend();
    await stand.succeeds(...RESTORE(backup));
    await stand.untouched();
  });

  test('of a backup whose update fails no real file stays beside those of staging', async () => {
    const files = async (folder: string): Promise<string[]> =>
      (await readdir(folder, { recursive: true })).filter((name) => /^..\/\w{40}$/.test(name));
    const below = join(stand.site.data, 'filestores/shop/staging/filestore/odoo_staging');
    const real = (await files(production.filestore)).sort();
    await stand.succeeds('backup', 'create');
    const [backup = ''] = await stand.backups();
    stand.site.world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');

    expect(await stand.fails(...RESTORE(backup))).toMatchObject({ code: 'odoo-install-failed' });

    expect((await files(below)).filter((name) => real.includes(name))).toEqual([]);
    expect(await files(below)).not.toEqual([]);
    stand.site.world.mood = () => 'clean';
    await stand.succeeds(...RESTORE(backup));
    expect((await files(below)).sort()).toEqual(real);
  });

  test('a store whose key is another one is told from one that is damaged', async () => {
    await productionAt(stand.plane, production.later);
    await stand.succeeds(...SNAPSHOT);
    const { db } = stand.plane.slipway;
    const where = `where environment = 'shop/production' and name = 'store-key'`;
    await query(db, `create table public.lost as select * from ops.secrets ${where}`);
    await query(db, `delete from ops.secrets ${where}`);

    const said = await stand.fails('staging', 'refresh');

    expect(said).toMatchObject({
      code: 'snapshot-key-wrong',
      message: expect.stringMatching(/^Snapshot snap_\w+ was encrypted with another key/),
      hint: expect.stringContaining('Give the key that was in use'),
    });
    await stand.untouched();
    await query(db, `delete from ops.secrets ${where}`);
    await query(db, 'insert into ops.secrets select * from public.lost');
    await stand.succeeds('staging', 'refresh');
  });

  test('a snapshot of a newer Odoo than the branch runs is refused', async () => {
    await productionAt(stand.plane, production.later);
    await stand.succeeds(...SNAPSHOT);
    await configure(stand.plane, production, { branch: 'older' });

    const said = await stand.fails('staging', 'refresh');

    expect(said).toMatchObject({
      code: 'snapshot-series',
      message: 'The snapshot is of Odoo 19.0, the project runs 18.0.',
      hint: expect.stringContaining('does not migrate'),
    });
    await stand.untouched();
    await configure(stand.plane, production);
    await stand.succeeds('staging', 'refresh');
  });
});

/** What the board has of production. */
const productionCard = async () => {
  const { db } = stand.plane.slipway;
  const [card] = (await boardOf(db, await projectByName(db, 'shop'))).production;
  return card;
};

test('a backup that fails is told beside what production is, and a good one takes nothing of that away', async () => {
  const upgrade = (to: string) =>
    onServer(production.later, (client) =>
      client.query(`update ir_module_module set latest_version = $1 where name = 'base'`, [to]),
    );
  await productionAt(stand.plane, production.later);
  await stand.succeeds('backup', 'create');
  const deployment = { code: 'smoke-failed', message: 'No login.', hint: '', facts: {}, step: null, lastLines: [] };
  await setEnvironment(stand.plane.slipway.db, 'shop/production', { state: 'live', failure: deployment });
  await upgrade('20.0.1.0');
  try {
    await stand.fails('backup', 'create');
  } finally {
    await upgrade('19.0.1.3');
  }
  const failed = await productionCard();
  expect(failed).toMatchObject({ state: 'live', failure: { code: 'smoke-failed' } });
  expect(failed?.upkeep).toEqual([
    {
      ...{ run: expect.stringMatching(/^run_/), kind: 'create-snapshot', of: 'raw', at: expect.any(String) },
      failure: expect.objectContaining({ code: 'snapshot-series' }),
    },
  ]);
  // As a version before this one left it.
  const { db } = stand.plane.slipway;
  const keep = `update ops.environments e set failure = r.failure from ops.runs r where e.id = r.environment and r.id = $1`;
  await query(db, keep, [failed?.upkeep[0]?.run]);
  expect(await productionCard()).toMatchObject({ state: 'live', failure: null, upkeep: [expect.anything()] });
  await setEnvironment(db, 'shop/production', { failure: deployment });
  const listed = (await stand.slipway('backup', 'list')).stdout;
  expect(listed).toContain('The last backup failed');
  expect(listed).toContain(`slipway run show ${failed?.upkeep[0]?.run}`);

  // A good one of another kind is none of this kind.
  await stand.succeeds(...SNAPSHOT);
  expect((await productionCard())?.upkeep).toHaveLength(1);

  await stand.succeeds('backup', 'create');
  expect(await productionCard()).toMatchObject({ state: 'live', failure: { code: 'smoke-failed' }, upkeep: [] });
  expect((await stand.slipway('backup', 'list')).stdout).not.toContain('failed');
});

test.each([
  ['backup', ['backup', 'create'], 'backups'],
  ['snapshot', SNAPSHOT, 'snapshots'],
] as const)(
  'a %s of a production that was upgraded meanwhile is refused before anything is stored',
  async (_, words, list) => {
    const upgrade = (to: string) =>
      onServer(production.later, (client) =>
        client.query(`update ir_module_module set latest_version = $1 where name = 'base'`, [to]),
      );
    await upgrade('20.0.1.0');
    await productionAt(stand.plane, production.later);
    try {
      expect(await stand.fails(...words)).toMatchObject({
        code: 'snapshot-series',
        message: 'The snapshot is of Odoo 20.0, the project runs 19.0.',
      });
    } finally {
      await upgrade('19.0.1.3');
    }
    expect(await stand[list]()).toEqual([]);
    expect(await readdir(join(stand.site.data, 'snapshots/shop'), { recursive: true })).not.toContain('objects');
    await stand.succeeds(...words);
    expect(await stand[list]()).toHaveLength(1);
  },
);
