import { mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { LostLease } from '../../packages/server/src/engine/interpret.ts';
import { listArtifacts } from '../../packages/server/src/store/artifacts.ts';
import { type EvidenceSite, folderOf, openEvidenceSite } from './evidence-site.ts';

const FOLDER = folderOf('run_1');
let site: EvidenceSite;
let pool: pg.Pool;
let folder: string;

beforeEach(async () => {
  site = await openEvidenceSite();
  ({ pool, folder } = site);
});
afterEach(() => site.close());

const open: EvidenceSite['open'] = (...parameters) => site.open(...parameters);
/** Runs that a test has no use for are none that ended without evidence. */
const verify = async () => {
  await pool.query('delete from ops.runs r where not exists (select from ops.artifacts a where a.run = r.id)');
  return site.verify();
};
const fill = () => site.fill();
const tamper = (statement: string) => site.tamper(statement);
const paths = async (run = 'run_1') => (await listArtifacts(pool, run)).map((row) => row.path.slice(FOLDER.length + 1));

describe('keeping evidence', () => {
  test('writes each file whole, masked, with hash and chain, and a manifest at the end; all of it verifies', async () => {
    const evidence = await open('run_1', [new Secret('hunter22')]);

    await evidence.add('build/image.log', 'password hunter22\n');
    await evidence.add('build/page.png', Buffer.from([0x89, 0x50, 0, 255]));
    await evidence.seal();

    expect(await readFile(join(folder, FOLDER, 'build/image.log'), 'utf8')).toBe('password [secret]\n');
    expect(await readFile(join(folder, FOLDER, 'build/page.png'))).toEqual(Buffer.from([0x89, 0x50, 0, 255]));
    const manifest = JSON.parse(await readFile(join(folder, FOLDER, 'manifest.json'), 'utf8'));
    expect(manifest.artifacts.map((one: { path: string }) => one.path)).toEqual([
      `${FOLDER}/build/image.log`,
      `${FOLDER}/build/page.png`,
    ]);
    expect(await paths()).toEqual(['build/image.log', 'build/page.png', 'manifest.json']);
    expect(await verify()).toMatchObject({ ok: true, checked: 3, firstAltered: null, heads: 1 });
  });

  test('doing all of it again adds nothing', async () => {
    await fill();
    const before = await pool.query('select * from ops.artifacts order by sequence');

    await fill();

    expect((await pool.query('select * from ops.artifacts order by sequence')).rows).toEqual(before.rows);
    expect((await verify()).ok).toBe(true);
  });

  test('another content under a recorded name stands beside it and never in its place', async () => {
    const evidence = await open();

    await evidence.add('build/update.log', 'first try\n');
    await evidence.add('build/update.log', 'second try\n');
    await evidence.add('build/update.log', 'second try\n');

    expect(await paths()).toEqual(['build/update.log', 'build/update.2.log']);
    expect(await readFile(join(folder, FOLDER, 'build/update.log'), 'utf8')).toBe('first try\n');
    expect((await site.verifyAtWork()).ok).toBe(true);
  });

  test('many runs and processes at once make one chain without a gap', async () => {
    const twice = await Promise.all(['run_1', 'run_2', 'run_3', 'run_1'].map((run) => open(run)));

    await Promise.all(
      twice.flatMap((evidence, process) =>
        Array.from({ length: 12 }, (_, index) =>
          evidence.add(`build/${index}.log`, `${index} of process ${process}\n`),
        ),
      ),
    );

    expect(await site.verifyAtWork()).toMatchObject({ ok: true, checked: 48, firstAltered: null });
  });

  test('a file that a crash left half-written goes, one that it left without a row is taken in at the end', async () => {
    await (await open()).add('build/image.log', 'whole\n');
    await writeFile(join(folder, FOLDER, 'build/.partial-0123'), 'hal');
    await writeFile(join(folder, FOLDER, 'build/test.log'), 'written, then killed\n');

    const evidence = await open();
    await evidence.seal();

    await expect(stat(join(folder, FOLDER, 'build/.partial-0123'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await paths()).toEqual(['build/image.log', 'build/test.log', 'manifest.json']);
    expect((await verify()).ok).toBe(true);
  });

  test('a file that is put into a sealed folder is not taken in', async () => {
    await fill();
    await writeFile(join(folder, FOLDER, 'build/planted.log'), 'never happened\n');

    await (await open()).seal();

    expect((await verify()).firstAltered?.path).toBe(`${FOLDER}/build/planted.log`);
  });

  test.each(['../outside.log', '/etc/outside', 'a//b', 'a/./b', '', 'build/.partial-x', 'a\\..\\b'])(
    'the path "%s" is refused',
    async (path) => {
      await expect((await open()).add(path, 'x')).rejects.toMatchObject({ code: 'usage' });
    },
  );

  test('a failure to record leaves no file behind and the next one works', async () => {
    const evidence = await open('run_unknown');
    await expect(evidence.add('build/a.log', 'x')).rejects.toThrow(LostLease);

    const good = await open();
    await good.add('build/a.log', 'x');

    expect(await paths()).toEqual(['build/a.log']);
  });
});

test('a process that lost its run adds nothing, neither with an older fence nor after the end', async () => {
  const old = await open();
  await pool.query(`update ops.runs set fence = 1 where id = 'run_1'`);
  await expect(old.add('build/a.log', 'x')).rejects.toThrow(LostLease);
  await expect(old.seal()).rejects.toThrow(LostLease);
  const holder = await open('run_1', [], 1);
  await holder.add('build/a.log', 'x');
  await holder.seal();
  expect((await verify()).ok).toBe(true);

  await expect(holder.add('build/late.log', 'x')).rejects.toThrow(LostLease);

  expect((await verify()).ok).toBe(true);
});

describe('the rows', () => {
  test.each([
    'update ops.artifacts set bytes = 1',
    'delete from ops.artifacts',
    'truncate ops.artifacts',
    `update ops.evidence_heads set chain = 'x'`,
    'delete from ops.evidence_heads',
    'truncate ops.evidence_heads',
  ])('refuse "%s"', async (statement) => {
    await fill();
    await expect(pool.query(statement)).rejects.toThrow('append-only');
  });

  test('of the audit log refuse the same', async () => {
    await pool.query(
      `insert into ops.audit_log (who, what, from_where, target, result) values ('ada', 'x', 'cli', 'shop', 'ok')`,
    );
    for (const statement of [
      `update ops.audit_log set who = 'bob'`,
      'delete from ops.audit_log',
      'truncate ops.audit_log',
    ])
      await expect(pool.query(statement)).rejects.toThrow('append-only');
  });
});

const image2 = `2026-11-21T05-00-00Z-run_2/build/image.log`;

describe('verifying', () => {
  beforeEach(fill);

  test.each<[string, string, () => Promise<unknown>]>([
    ['a changed byte', 'another SHA-256', () => writeFile(join(folder, image2), 'Image of run_2\n')],
    ['an added byte', 'bytes instead of', () => writeFile(join(folder, image2), 'image of run_2\n ')],
    ['a file cut short', 'bytes instead of', () => writeFile(join(folder, image2), '')],
    ['a missing file', 'missing', () => rm(join(folder, image2))],
    ['a renamed file', 'missing', () => rename(join(folder, image2), join(folder, `${image2}.old`))],
    ['a folder in its place', 'missing', () => rm(join(folder, image2)).then(() => mkdir(join(folder, image2)))],
    [
      'a link in its place',
      'missing',
      () => rm(join(folder, image2)).then(() => symlink('/etc/hostname', join(folder, image2))),
    ],
  ])('names %s', async (_, reason, alter) => {
    await alter();

    const verdict = await verify();

    expect(verdict).toMatchObject({ ok: false, checked: 3, firstAltered: { path: image2 } });
    expect(verdict.firstAltered?.reason).toContain(reason);
  });

  test('names the first of several', async () => {
    await rm(join(folder, '2026-11-21T05-00-00Z-run_3/manifest.json'));
    await writeFile(join(folder, image2), 'x');

    expect((await verify()).firstAltered?.path).toBe(image2);
  });

  test('names a file that is in no row', async () => {
    await writeFile(join(folder, '2026-11-21T05-00-00Z-run_2/build/extra.log'), 'x');

    expect(await verify()).toMatchObject({
      ok: false,
      checked: 9,
      firstAltered: { path: '2026-11-21T05-00-00Z-run_2/build/extra.log' },
    });
  });

  test.each([
    ['hash', `update ops.artifacts set sha256 = repeat('a', 64) where sequence = 4`],
    ['size', 'update ops.artifacts set bytes = bytes + 1 where sequence = 4'],
    ['path', `update ops.artifacts set path = '../../etc/passwd' where sequence = 4`],
    ['run', `update ops.artifacts set run = 'run_3' where sequence = 4`],
    ['time', `update ops.artifacts set created_at = created_at - interval '1 hour' where sequence = 4`],
    ['time without end', `update ops.artifacts set created_at = 'infinity' where sequence = 4`],
    ['chain', `update ops.artifacts set chain = repeat('b', 64) where sequence = 4`],
    ['chain before', `update ops.artifacts set previous_chain = repeat('b', 64) where sequence = 4`],
  ])('names a row whose %s was altered', async (_, statement) => {
    await tamper(statement);

    const verdict = await verify();

    expect(verdict).toMatchObject({ ok: false, checked: 3 });
    expect(verdict.firstAltered?.reason).toContain('row');
  });

  test('a file and its row altered together are found by the chain', async () => {
    const content = 'image of run_2, improved\n';
    await writeFile(join(folder, image2), content);
    await tamper(
      `update ops.artifacts set bytes = ${content.length}, sha256 = encode(sha256('${content}'), 'hex') where path = '${image2}'`,
    );

    expect((await verify()).firstAltered).toEqual({ path: image2, reason: 'its database row was altered' });
  });

  test('finds a row that was deleted together with its file', async () => {
    await rm(join(folder, image2));
    await tamper(`delete from ops.artifacts where path = '${image2}'`);

    expect((await verify()).firstAltered?.reason).toContain('missing from the database');
  });

  test('finds rows that changed places', async () => {
    for (const [from, to] of [
      [4, 104],
      [5, 4],
      [104, 5],
    ])
      await tamper(`update ops.artifacts set sequence = ${to} where sequence = ${from}`);

    expect((await verify()).ok).toBe(false);
  });

  test('finds the last row deleted, by the head that signs it', async () => {
    await tamper('delete from ops.artifacts where sequence = 9');

    expect((await verify()).firstAltered).toMatchObject({ path: '2026-11-21T05-00-00Z-run_3/head-3.json' });
  });

  test('does not take the file of a run at work for an intruder', async () => {
    await writeFile(join(folder, FOLDER, 'build/new.log'), 'row follows');

    expect((await site.verifyAtWork()).ok).toBe(true);
  });
});
