import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTree } from './folder-tree.ts';
import { treeOf } from './memory-tree.ts';
import { GUARDS } from './registry.ts';
import { runGuards } from './run-guards.ts';
import { SHOP } from './testing/shop.ts';

let outside: string;
let root: string;
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'slipway-tree-'));
  root = join(outside, 'root');
  await mkdir(root);
});
afterEach(() => rm(outside, { recursive: true, force: true }));

const write = async (path: string, text: string | Buffer = ''): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const paths = async (): Promise<string[]> => (await readTree(root)).files.map(({ path }) => path);

describe('a tree of a folder', () => {
  it('has its files in order, with their sizes, without what tools keep beside them', async () => {
    for (const path of ['b/z', 'b.txt', 'a', '.git/config', 'x/node_modules/y', '.slipway/s', '__pycache__/m.pyc'])
      await write(path, 'text');

    expect((await readTree(root)).files).toEqual(['a', 'b.txt', 'b/z'].map((path) => ({ path, bytes: 4 })));
  });

  it('leaves out what git ignores, by every .gitignore, when it is a checkout', async () => {
    await write('.gitignore', '*.log\n/build/\n');
    await write('a/.gitignore', '!kept.log\nlocal\n');
    for (const path of ['x.log', 'build/y', 'a/kept.log', 'a/other.log', 'a/local', 'b/local', 'b/build/z', 'secret'])
      await write(path);
    const all = await paths();
    await write('.git/info/exclude', 'secret\n');

    expect(all).toHaveLength(10);
    expect(await paths()).toEqual(['.gitignore', 'a/.gitignore', 'a/kept.log', 'b/build/z', 'b/local']);
  });

  it('has what git tracks although it is ignored, and nothing else of its folder', async () => {
    await write('.git/config');
    await write('.gitignore', '*.env\n/build/\n');
    for (const path of ['prod.env', 'local.env', 'build/deep/kept', 'build/deep/other', 'build/other/x'])
      await write(path);

    const { files } = await readTree(root, new Set(['prod.env', 'build/deep/kept']));
    expect(files.map(({ path }) => path)).toEqual(['.gitignore', 'build/deep/kept', 'prod.env']);
  });

  it('follows links that stay inside, and none that lead out, in a circle, into .git or nowhere', async () => {
    await write('real/module/file', 'inside');
    await write('.git/config', 'secret');
    await writeFile(join(outside, 'secret'), 'secret');
    const links = {
      addons: 'real/module',
      out: '../secret',
      far: '/etc',
      'real/up': '..',
      'real/self': '.',
      gone: 'no',
      conf: '.git/config',
    };
    for (const [link, to] of Object.entries(links)) await symlink(to, join(root, link));
    const tree = await readTree(root);

    expect(tree.files.map(({ path }) => path)).toEqual(['addons/file', 'real/module/file']);
    expect([...(tree.links ?? [])].sort()).toEqual(['conf', 'far', 'gone', 'out', 'real/self', 'real/up']);
    expect(await tree.text('addons/file')).toBe('inside');
    for (const path of ['out', '../secret', '/etc/passwd', 'conf', '.git/config'])
      expect(await tree.read(path)).toBe(null);
  });

  it('reads no rules through a link, and takes no pattern that could take for ever', async () => {
    await write('.git/config');
    await symlink('/dev/zero', join(root, '.gitignore'));
    await write('sub/.gitignore', `${'*a'.repeat(40)}b\r\n*.log\r\n`);
    await write(`sub/${'a'.repeat(200)}`);
    await write('sub/x.log');

    expect(await paths()).toEqual(['sub/.gitignore', `sub/${'a'.repeat(200)}`]);
  });

  it('does not multiply by links to folders that link to each other', async () => {
    for (let i = 0; i < 8; i += 1) {
      await write(`d${i}/file`);
      for (let to = 0; to < 8; to += 1) await symlink(`../d${to}`, join(root, `d${i}`, `to${to}`));
    }

    expect((await paths()).length).toBeLessThan(8 * 8 * 8 * 2);
  });

  it('does not take a file above 5 MB into memory, nor bytes that are no text for text', async () => {
    await write('huge');
    await truncate(join(root, 'huge'), 100 * 2 ** 20);
    await write('binary', Buffer.from([0x61, 0, 0x62]));
    await write('latin', Buffer.from([0xe9]));
    await write('fine', 'é');
    const tree = await readTree(root);

    expect(tree.files.find(({ path }) => path === 'huge')?.bytes).toBe(100 * 2 ** 20);
    expect(await Promise.all(['huge', 'binary', 'latin', 'fine'].map((path) => tree.text(path)))).toEqual([
      null,
      null,
      null,
      'é',
    ]);
    expect(await tree.read('binary')).toEqual(Buffer.from([0x61, 0, 0x62]));
    expect(await tree.read('huge')).toBe(null);
  });

  it('has files whose names hold spaces, new lines and quotes', async () => {
    for (const path of ['a b', 'a\nb', 'a"b']) await write(path, path);
    const tree = await readTree(root);

    expect(tree.files.map(({ path }) => path)).toEqual(['a\nb', 'a b', 'a"b']);
    expect(await tree.text('a\nb')).toBe('a\nb');
  });
});

describe('every guard, on what strangers commit', () => {
  it('ends with findings, whatever is in the files', async () => {
    const junk = [
      `"${'""'.repeat(100_000)}`,
      '\n'.repeat(200_000),
      '\n  _inherit = ['.repeat(20_000),
      `{'name': 'a', 'data': ['x'], 'assets': {'b': ['m/${'*a'.repeat(60)}b']}}`,

      Buffer.from([0xff, 0xfe, 0]),
      Buffer.alloc(6 * 2 ** 20, 'x'),
      '',
      '\u0000',
      '{'.repeat(200_000),
      '&a '.repeat(9000),
      `a: &a [x]\n${'b: [*a, *a, *a]\n'.repeat(500)}`,
    ];
    const names = [
      ...Object.keys(SHOP),
      'docker-compose.yml',
      '.devcontainer/devcontainer.json',
      '.do/app.yaml',
      'odoo.conf',
      'Dockerfile',
      '.github/workflows/x.yml',
      '.env',
      'a\nb/__manifest__.py',
    ];
    for (const text of junk) {
      const tree = treeOf({
        ...Object.fromEntries(names.map((name) => [name, text])),
        'm/__manifest__.py': text,
        'n/__manifest__.py': "{'name': 'n'}",
        [`m/${'a'.repeat(200)}`]: '',
        'n/security/ir.model.access.csv': text,
        'n/m.py': text,
      });
      let ended = 0;
      for await (const event of runGuards({ tree, today: '2026-01-01', guards: GUARDS }))
        if (event.kind === 'ended') ended += 1;

      expect(ended).toBeGreaterThanOrEqual(GUARDS.length);
    }
  }, 60_000);
});
