import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { moveSessions } from './sessions.ts';

const [A, B] = ['odoo_production', 'odoo_production_b'];
const THEN = new Date('2026-11-20T08:15:00.000Z');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-sessions-'));
  await mkdir(join(folder, 'sessions', 'ab'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, 'sessions', 'ab', name);
const put = async (name: string, content: string | Buffer): Promise<string> => {
  await writeFile(path(name), content);
  return path(name);
};
const session = (db: string, more: object = {}): string => JSON.stringify({ db, uid: 2, ...more });

describe('sessions that go on in another database', () => {
  test('name it, and are otherwise what they were', async () => {
    const file = await put('abc', session(A, { context: { lang: 'de_DE' }, session_token: 'é' }));
    expect(await moveSessions(folder, A, B)).toBe(1);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      ...{ db: B, uid: 2, context: { lang: 'de_DE' }, session_token: 'é' },
    });
    expect(await moveSessions(folder, A, B)).toBe(0);
    expect(await moveSessions(folder, B, A)).toBe(1);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ db: A });
  });

  test('keep owner, mode and time: by its time Odoo knows how old one is', async () => {
    const file = await put('abc', session(A));
    await chmod(file, 0o640);
    const mine = process.getuid?.() === 0 ? { uid: 101, gid: 102 } : await lstat(file);
    await chown(file, mine.uid, mine.gid);
    await utimes(file, THEN, THEN);
    await moveSessions(folder, A, B);
    const facts = await lstat(file);
    expect({ mode: facts.mode & 0o777, uid: facts.uid, gid: facts.gid, mtime: facts.mtime }).toEqual({
      ...{ mode: 0o640, uid: mine.uid, gid: mine.gid, mtime: THEN },
    });
  });

  const untouched: readonly (readonly [string, string | Buffer])[] = [
    ['of another database', session('odoo_staging')],
    ['of nobody who has chosen a database', JSON.stringify({ uid: null })],
    ['that an Odoo before 19 has pickled', Buffer.from([0x80, 0x04, 0x95, 0x10, 0x00, 0x7d, 0x94, 0xff])],
    ['that is half written', session(A).slice(0, -1)],
    ['that is no object', JSON.stringify([A])],
    ['that is nothing', 'null'],
    ['that is empty', ''],
    ['that is too large for one', session(A, { fill: 'x'.repeat(1024 * 1024) })],
  ];
  test.each(untouched)('leave a file alone %s', async (_, content) => {
    const file = await put('abc', content);
    await utimes(file, THEN, THEN);
    expect(await moveSessions(folder, A, B)).toBe(0);
    expect((await readFile(file)).equals(Buffer.from(content))).toBe(true);
    expect((await lstat(file)).mtime).toEqual(THEN);
    expect(await readdir(join(folder, 'sessions', 'ab'))).toEqual(['abc']);
  });

  test("follow no link, neither of a file nor of a folder: the folder is the container's", async () => {
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'abc'), session(A));
    await symlink(join(elsewhere, 'abc'), path('abc'));
    await symlink(elsewhere, join(folder, 'sessions', 'cd'));
    await mkdir(path('folder'));
    expect(await moveSessions(folder, A, B)).toBe(0);
    expect(await readFile(join(elsewhere, 'abc'), 'utf8')).toBe(session(A));
    expect((await lstat(path('abc'))).isSymbolicLink()).toBe(true);
  });

  test('are not written through a link that waits where the new one is written beside', async () => {
    const victim = join(folder, 'victim');
    await writeFile(victim, 'mine');
    const file = await put('abc', session(A));
    await symlink(victim, `${file}.slipway`);
    expect(await moveSessions(folder, A, B)).toBe(1);
    expect(await readFile(victim, 'utf8')).toBe('mine');
    expect((await lstat(file)).isFile()).toBe(true);
  });

  test('are whole after a process that died while it wrote one, and nothing of it stays', async () => {
    const file = await put('abc', session(A));
    await put('abc.slipway', session(B).slice(0, 5));
    expect(await moveSessions(folder, A, B)).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(session(B));
    expect(await readdir(join(folder, 'sessions', 'ab'))).toEqual(['abc']);
  });

  test.each(['going on', 'going back'])(
    'leave nothing of a process that died before its file had its name, %s',
    async (way) => {
      const [from, to] = way === 'going on' ? [A, B] : [B, A];
      const file = await put('abc', session(A));
      await put('abc.slipway', session(B));
      await moveSessions(folder, from, to);
      expect(await readdir(join(folder, 'sessions', 'ab'))).toEqual(['abc']);
      expect(await readFile(file, 'utf8')).toBe(session(to));
    },
  );

  test('are not kept from it by a folder of that name', async () => {
    const file = await put('abc', session(A));
    await mkdir(join(folder, 'sessions', 'ab', 'abc.slipway', 'deeper'), { recursive: true });
    expect(await moveSessions(folder, A, B)).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(session(B));
  });

  test('are none where nobody ever came', async () => {
    expect(await moveSessions(join(folder, 'nowhere'), A, B)).toBe(0);
  });
});
