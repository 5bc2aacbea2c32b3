import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openSecrets } from '../../packages/server/src/drivers/secrets/index.ts';
import { newMasterKey, readKeys, writeKeys } from '../../packages/server/src/drivers/secrets/key-file.ts';
import type { SecretRows } from '../../packages/server/src/drivers/secrets/secret-rows.ts';
import { secretRows } from '../../packages/server/src/store/secrets.ts';
import { type FreshDatabase, freshDatabase, testPool } from '../setup/database.ts';

let database: FreshDatabase;
let pool: pg.Pool;
let rows: SecretRows;
let folder: string;
let keyFile: string;

beforeAll(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  pool = testPool(database.url, 8);
  await pool.query(
    `insert into ops.projects (id, name, config, source, database_prefix) values ('shop', 'shop', '{}', '{}', ''), ('other', 'other', '{}', '{}', 'other_')`,
  );
  rows = secretRows(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-secrets-'));
  keyFile = join(folder, 'keys', 'master-key');
});
afterEach(async () => {
  await pool.query('delete from ops.secrets');
  await rm(folder, { recursive: true });
});

const set = async (value: string, name = 'API_KEY', stage = 'preview') => {
  const secrets = await openSecrets({ rows, keyFile });
  return secrets.set({ project: 'shop', stage, name, value: new Secret(value), by: 'ada' });
};
const get = async (name = 'API_KEY', stage = 'preview') =>
  (await (await openSecrets({ rows, keyFile })).get('shop', stage, name)).reveal();

describe('secrets at rest', () => {
  test('a secret comes back as it was set, also in another process, and the table never shows it', async () => {
    const value = 'sk_live_ünïcode\nwith a second line';

    const note = await set(value);

    expect(note).toMatchObject({ name: 'API_KEY', stage: 'preview', version: 1, updatedBy: 'ada' });
    expect(await get()).toBe(value);
    const { rows: stored } = await pool.query('select row_to_json(s)::text as text from ops.secrets s');
    expect(stored[0]?.['text']).not.toContain('sk_live');
    expect(stored[0]?.['text']).not.toContain(Buffer.from('sk_live').toString('hex'));
  });

  test('setting it again is a new version; another stage is another secret; an unknown one says so', async () => {
    await set('first');
    expect(await set('second')).toMatchObject({ version: 2 });
    await set('of production', 'API_KEY', 'production');

    expect(await get()).toBe('second');
    expect(await get('API_KEY', 'production')).toBe('of production');
    await expect(get('NONE')).rejects.toMatchObject({ code: 'secret-unknown' });
    const secrets = await openSecrets({ rows, keyFile });
    expect((await secrets.list('shop')).map((note) => `${note.stage}/${note.name}`)).toEqual([
      'preview/API_KEY',
      'production/API_KEY',
    ]);
    expect(await secrets.list('other')).toEqual([]);
  });

  test('the key file is made at the first start, readable by its owner only, and is then left alone', async () => {
    await Promise.all([openSecrets({ rows, keyFile }), openSecrets({ rows, keyFile }), openSecrets({ rows, keyFile })]);
    const first = await readFile(keyFile, 'utf8');

    await openSecrets({ rows, keyFile });

    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(keyFile, 'utf8')).toBe(first);
    expect(await readKeys(keyFile)).toHaveLength(1);
  });

  test('another key, a lost key file and a broken one are refused and named, and nothing is made in their place', async () => {
    await set('value');

    await writeKeys(keyFile, [newMasterKey()]);
    await expect(openSecrets({ rows, keyFile })).rejects.toMatchObject({
      code: 'master-key-wrong',
      facts: { file: keyFile },
    });
    await writeFile(keyFile, 'not a key\n');
    await expect(openSecrets({ rows, keyFile })).rejects.toMatchObject({ code: 'master-key-wrong' });
    await rm(keyFile);
    await expect(openSecrets({ rows, keyFile })).rejects.toMatchObject({ code: 'master-key-wrong' });
    await expect(stat(keyFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.each([
    ['its stage', `update ops.secrets set stage = 'production'`],
    ['its project', `update ops.secrets set project = 'other'`],
    ['its name', `update ops.secrets set name = 'OTHER'`],
    ['its content', `update ops.secrets set ciphertext = set_byte(ciphertext, 0, get_byte(ciphertext, 0) # 1)`],
    ['its nonce', `update ops.secrets set nonce = set_byte(nonce, 3, get_byte(nonce, 3) # 1)`],
  ])('a row whose %s was changed in the database does not open', async (_, statement) => {
    await set('value');

    await pool.query(statement);

    await expect(openSecrets({ rows, keyFile })).rejects.toMatchObject({ code: 'master-key-wrong' });
  });
});

describe('secrets of an environment', () => {
  test('are made at first use, the same for all who ask at once, the same afterwards, and gone when forgotten', async () => {
    const [one, two] = [await openSecrets({ rows, keyFile }), await openSecrets({ rows, keyFile })];

    const values = await Promise.all(
      [one, two, one, two].map((secrets) => secrets.ensure('shop/pr-12', 'database-password')),
    );
    const other = await one.ensure('shop/pr-13', 'database-password');

    expect(new Set(values.map((value) => value.reveal())).size).toBe(1);
    expect(values[0]?.reveal()).toMatch(/^[\w-]{32}$/);
    expect(other.reveal()).not.toBe(values[0]?.reveal());
    expect(await one.list('shop')).toEqual([]);
    await two.forget('shop/pr-12');
    await two.forget('shop/pr-12');
    expect((await one.ensure('shop/pr-12', 'database-password')).reveal()).not.toBe(values[0]?.reveal());
    expect((await two.ensure('shop/pr-13', 'database-password')).reveal()).toBe(other.reveal());
  });

  test('known values grow with what is made, in one list, and stay after they are forgotten', async () => {
    const secrets = await openSecrets({ rows, keyFile });
    const known = await secrets.known();

    const made = await secrets.ensure('shop/pr-1', 'admin');
    await secrets.forget('shop/pr-1');

    expect(known.map((secret) => secret.reveal())).toEqual([made.reveal()]);
    expect(await secrets.known()).toBe(known);
  });
});

describe('rotation', () => {
  test('puts every secret under a new key; a process that runs on goes on reading and writing', async () => {
    const running = await openSecrets({ rows, keyFile });
    await running.set({ project: 'shop', stage: 'preview', name: 'A', value: new Secret('value a'), by: 'ada' });
    await running.ensure('shop/pr-1', 'admin');
    const [old] = await readKeys(keyFile);

    expect(await (await openSecrets({ rows, keyFile })).rotate()).toBe(2);

    const [key, ...others] = await readKeys(keyFile);
    expect(others).toEqual([]);
    expect(key?.id).not.toBe(old?.id);
    expect((await rows.list()).every((row) => row.keyId === key?.id && row.version === 1)).toBe(true);
    expect((await running.get('shop', 'preview', 'A')).reveal()).toBe('value a');
    await running.set({ project: 'shop', stage: 'preview', name: 'B', value: new Secret('value b'), by: 'ada' });
    expect(await get('B')).toBe('value b');
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  test('cut off half-way leaves everything readable, and the next one finishes it', async () => {
    await set('value');
    await writeKeys(keyFile, [newMasterKey(), ...(await readKeys(keyFile))]);

    expect(await get()).toBe('value');
    await (await openSecrets({ rows, keyFile })).rotate();

    expect(await get()).toBe('value');
    expect(await readKeys(keyFile)).toHaveLength(1);
  });

  test('that fails changes nothing', async () => {
    await set('value');
    await pool.query(`insert into ops.secrets (project, stage, name, key_id, nonce, ciphertext, updated_by)
      values ('shop', 'preview', 'BROKEN', (select key_id from ops.secrets), '\\x000000000000000000000000', '\\x${'00'.repeat(20)}', 'x')`);
    const before = await rows.list();
    const [key] = await readKeys(keyFile);
    await pool.query(`delete from ops.secrets where name = 'BROKEN'`);
    const secrets = await openSecrets({ rows, keyFile });
    const broken = before.find((row) => row.name === 'BROKEN') as (typeof before)[number];
    await rows.put({ ...broken, keyId: key?.id ?? '' });

    await expect(secrets.rotate()).rejects.toMatchObject({ code: 'master-key-wrong' });

    await pool.query(`delete from ops.secrets where name = 'BROKEN'`);
    expect((await rows.list()).map((row) => row.keyId)).toEqual([key?.id]);
    expect(await get()).toBe('value');
  });

  test('while others set and rotate loses nothing', async () => {
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => openSecrets({ rows, keyFile })));
    const names = Array.from({ length: 30 }, (_, index) => `NAME_${index}`);

    await Promise.all([
      ...names.map((name) =>
        one?.set({ project: 'shop', stage: 'preview', name, value: new Secret(`value of ${name}`), by: 'ada' }),
      ),
      two?.rotate(),
      three?.rotate(),
      two?.rotate(),
    ]);

    const fresh = await openSecrets({ rows, keyFile });
    for (const name of names) expect((await fresh.get('shop', 'preview', name)).reveal()).toBe(`value of ${name}`);
  });
});
