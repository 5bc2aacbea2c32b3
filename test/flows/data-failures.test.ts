import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runView } from '@slipway/contracts/views';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { query } from '../../packages/server/src/store/queryable.ts';
import { configure, productionAt } from '../chaos/data-scenarios.ts';
import { onServer } from '../setup/database.ts';
import { staging } from './data-look.ts';
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

const succeeds = async (...words: readonly string[]): Promise<void> => {
  const { code, stdout, stderr } = await stand.slipway(...words, '--wait');
  expect({ code, stderr }, stdout).toMatchObject({ code: 0 });
};

/** What is printed when a verb that waits has failed, and the same as the run's view has it. */
const fails = async (...words: readonly string[]) => {
  const { code, stdout } = await stand.slipway(...words, '--wait');
  expect(code).toBe(1);
  const run = /run_\w+/.exec(stdout)?.[0] ?? '';
  const view = runView.parse(JSON.parse((await stand.slipway('run', 'show', run, '--json')).stdout));
  expect(view.state).toBe('failed');
  expect(stdout).toContain(view.failure?.message);
  expect(stdout).toContain(view.failure?.hint);
  return { code: view.failure?.code, message: view.failure?.message, hint: view.failure?.hint };
};

const offered = async (): Promise<string[]> => {
  const lines = await stand.slipway('snapshot', 'list', '--json');
  return (JSON.parse(lines.stdout) as { id: string }[]).map(({ id }) => id);
};
const backups = async (): Promise<string[]> => {
  const lines = await stand.slipway('backup', 'list', '--json');
  const view = JSON.parse(lines.stdout) as { id: string }[] | { backups: { id: string }[] };
  return (Array.isArray(view) ? view : view.backups).map(({ id }) => id);
};
const looks = (): Promise<string> => staging(stand.site, stand.plane.slipway.db);
/** Of the former staging nothing is gone, and of the one that failed nothing is left. */
const untouched = async (): Promise<void> => {
  expect(await looks()).toBe('serves');
  expect([...stand.site.world.databases.keys()].filter((name) => /_(?:next|prev|probe)$/.test(name))).toEqual([]);
  expect((await readdir(join(stand.site.data, 'filestores/shop'))).filter((name) => /landing/.test(name))).toEqual([]);
};

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
    await succeeds('staging', 'refresh');
    expect(await looks()).toBe('serves');
  });

  test('a byte that changed in the store is found before anything is replaced', async () => {
    await productionAt(stand.plane, production.later);
    await succeeds(...SNAPSHOT);
    const mend = await damage();

    const said = await fails('staging', 'refresh');

    expect(said).toMatchObject({ code: 'snapshot-corrupt', hint: expect.stringContaining('Take another snapshot') });
    expect(said.message).toMatch(/^Snapshot snap_\w+ is damaged: schema \(object [0-9a-f]{64}\)/);
    await untouched();
    await mend();
    await succeeds('staging', 'refresh');
    await untouched();
  });

  test('a backup with a damaged part is not restored, and none of its real files stays behind', async () => {
    await succeeds('backup', 'create');
    const [backup = ''] = await backups();
    const mend = await damage();

    expect(await fails(...RESTORE(backup))).toMatchObject({ code: 'snapshot-corrupt' });

    await untouched();
    await mend();
    await succeeds(...RESTORE(backup));
    await untouched();
  });

  test('a store whose key is another one is told from one that is damaged', async () => {
    await productionAt(stand.plane, production.later);
    await succeeds(...SNAPSHOT);
    const { db } = stand.plane.slipway;
    const where = `where environment = 'shop/production' and name = 'store-key'`;
    await query(db, `create table public.lost as select * from ops.secrets ${where}`);
    await query(db, `delete from ops.secrets ${where}`);

    const said = await fails('staging', 'refresh');

    expect(said).toMatchObject({
      code: 'snapshot-key-wrong',
      message: expect.stringMatching(/^Snapshot snap_\w+ was encrypted with another key/),
      hint: expect.stringContaining('Give the key that was in use'),
    });
    await untouched();
    await query(db, `delete from ops.secrets ${where}`);
    await query(db, 'insert into ops.secrets select * from public.lost');
    await succeeds('staging', 'refresh');
  });

  test('a snapshot of a newer Odoo than the branch runs is refused', async () => {
    await productionAt(stand.plane, production.later);
    await succeeds(...SNAPSHOT);
    await configure(stand.plane, production, { branch: 'older' });

    const said = await fails('staging', 'refresh');

    expect(said).toMatchObject({
      code: 'snapshot-series',
      message: 'The snapshot is of Odoo 19.0, the project runs 18.0.',
      hint: expect.stringContaining('does not migrate'),
    });
    await untouched();
    await configure(stand.plane, production);
    await succeeds('staging', 'refresh');
  });
});

test.each([
  ['backup', ['backup', 'create'], backups],
  ['snapshot', SNAPSHOT, offered],
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
      expect(await fails(...words)).toMatchObject({
        code: 'snapshot-series',
        message: 'The snapshot is of Odoo 20.0, the project runs 19.0.',
      });
    } finally {
      await upgrade('19.0.1.3');
    }
    expect(await list()).toEqual([]);
    expect(await readdir(join(stand.site.data, 'snapshots/shop'), { recursive: true })).not.toContain('objects');
    await succeeds(...words);
    expect(await list()).toHaveLength(1);
  },
);
