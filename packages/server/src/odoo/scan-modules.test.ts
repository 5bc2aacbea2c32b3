import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFolderTree } from './file-tree.ts';
import { scanModules } from './scan-modules.ts';

let folder: string;
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
const module = async (path: string, depends = '[]', name = 'x'): Promise<void> => {
  await write(`${path}/__manifest__.py`, `{'name': '${name}', 'version': '1.0', 'depends': ${depends}}`);
  await write(`${path}/__init__.py`, '');
};
const scan = async (...addons: string[]) => scanModules(await readFolderTree(folder), addons);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-scan-'));
  await module('addons/shop');
  await module('addons/shop/tests/fixture_module');
  await module('addons/.hidden/secret');
  await module('oca/web/web_one', "['web']");
  await module('oca/web/shop', '[]', 'another shop');
  await module('oca/setup/web_one/odoo/addons/web_one');
  await module('extra/bad-name');
  await module('outer/linked');
  await write('addons/shop/__pycache__/a.pyc', 'x');
  await write('addons/shop/models/order.py', 'a = 1');
  await write('broken/bad/__manifest__.py', "{'name': open('x')}");
  await mkdir(join(folder, 'links'));
  await mkdir(join(folder, 'none'));
  await write('none/README.md', '');
  await symlink('../outer/linked', join(folder, 'links/linked'));
  await symlink('/etc', join(folder, 'links/etc'));
  await symlink('/etc/passwd', join(folder, 'links/passwd'));
  await symlink('..', join(folder, 'links/circle'));
  await symlink('nowhere', join(folder, 'links/dangling'));
});
afterAll(async () => rm(folder, { recursive: true }));

describe('modules are found', () => {
  test('in the addons folders in order, the first of a name winning, with the folders for the addons path', async () => {
    const { modules, roots, problems, warnings } = await scan('addons', 'oca');

    expect(modules.map(({ name, path }) => `${name} ${path}`)).toEqual(['shop addons/shop', 'web_one oca/web/web_one']);
    expect(roots).toEqual(['addons', 'oca/web']);
    expect(problems).toEqual([]);
    expect(warnings).toEqual(['shop is in addons/shop and in oca/web/shop; addons/shop is used.']);
  });

  test('below the root, but not in dot folders, setup folders, or other modules', async () => {
    const { modules } = await scan('.');

    expect(modules.map(({ name }) => name)).toEqual(['linked', 'shop', 'web_one']);
  });

  test('through links that stay inside the repository', async () => {
    const { modules } = await scan('links');

    expect(modules.map(({ path }) => path)).toContain('links/linked');
  });
});

test('files are hashed by content; caches of Python are no content', async () => {
  const before = (await scan('addons')).modules[0];
  await write('addons/shop/models/order.py', 'a = 2');
  const after = (await scan('addons')).modules[0];

  expect(Object.keys(before?.files ?? {})).toContain('models/order.py');
  expect(Object.keys(before?.files ?? {}).join()).not.toContain('pyc');
  expect(after?.hash).not.toBe(before?.hash);
  expect(after?.files['__init__.py']).toBe(before?.files['__init__.py']);
});

test('links that lead out of the repository, in a circle or nowhere are not followed', async () => {
  const tree = await readFolderTree(folder);

  expect([...tree.skippedLinks].sort()).toEqual(['links/circle', 'links/dangling', 'links/etc', 'links/passwd']);
  expect(tree.files.some(({ path }) => path.includes('passwd'))).toBe(false);
  await expect(tree.readText('../../etc/passwd')).rejects.toThrow('not in the tree');
});

test('a broken manifest, a missing folder, an empty folder and a name that is no package are told', async () => {
  const { problems, warnings } = await scan('broken', 'missing', 'none', 'extra');

  expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'config-invalid slipway.yaml is not valid: odoo.addons: there is no folder missing',
    'manifest-invalid broken/bad/__manifest__.py:1: the module manifest cannot be read: the name open is code, not a literal (column 10)',
  ]);
  expect(warnings).toEqual([
    'extra/bad-name is no Python package name, so Odoo cannot load it.',
    'The addons folder none holds no module.',
  ]);
});
