import { describe, expect, test } from 'vitest';
import type { InstalledModules, OdooModule } from '../domain/modules.ts';
import { classifyChanges } from './classify-changes.ts';

type Files = Readonly<Record<string, string>>;
const FILES: Files = {
  '__manifest__.py': '1',
  'models/order.py': '1',
  'views/order.xml': '1',
  'controllers/shop.py': '1',
  'static/src/shop.js': '1',
  'tests/test_order.py': '1',
  'README.md': '1',
};
const module = (name: string, depends: readonly string[], files: Files = FILES): OdooModule => ({
  name,
  path: `addons/${name}`,
  version: '1.0',
  depends,
  installable: true,
  autoInstall: false,
  hash: JSON.stringify(files),
  files,
});
const ORDER = module('order', ['base']);
const LOYALTY = module('loyalty', ['order']);
const asInstalled = (...modules: readonly OdooModule[]): InstalledModules =>
  Object.fromEntries(modules.map(({ name, hash, version, files }) => [name, { hash, version, files }]));
const classify = (modules: readonly OdooModule[], installed: InstalledModules) =>
  classifyChanges({ modules, installed, wanted: modules.map(({ name }) => name) });
const orderWith = (change: Files): OdooModule => module('order', ['base'], { ...FILES, ...change });
const without = (path: string): Files => Object.fromEntries(Object.entries(FILES).filter(([each]) => each !== path));

describe('a changed file decides what happens to its module', () => {
  test.each([
    ['models/order.py', 'update'],
    ['views/order.xml', 'update'],
    ['security/ir.model.access.csv', 'update'],
    ['data/mail.html', 'update'],
    ['i18n/de.po', 'update'],
    ['migrations/19.0.2/pre-a.py', 'update'],
    ['__manifest__.py', 'update'],
    ['__init__.py', 'update'],
    ['hooks.py', 'update'],
    ['data/logo.bin', 'update'],
    ['static/description/icon.png', 'update'],
    ['controllers/shop.py', 'restart'],
    ['static/src/shop.js', 'restart'],
    ['static/src/shop.xml', 'restart'],
    ['tests/test_order.py', 'restart'],
    ['tests/data.xml', 'restart'],
    ['README.md', 'nothing'],
    ['readme/DESCRIPTION.rst', 'nothing'],
    ['i18n/order.pot', 'nothing'],
    ['static/description/index.html', 'nothing'],
    ['LICENSE', 'nothing'],
  ])('%s: %s', (path, action) => {
    const result = classify([orderWith({ [path]: '2' })], asInstalled(ORDER));

    expect(result.action).toBe(action);
    expect(result.changes[0]?.why).toContain(`${path} ${path in FILES ? 'changed' : 'added'}`);
    expect(result.update).toEqual(action === 'update' ? ['order'] : []);
  });
});

describe('a commit that changes only tests', () => {
  const tests = (on: boolean, files: Files = { 'tests/test_order.py': '2' }) =>
    classifyChanges({ modules: [orderWith(files)], installed: asInstalled(ORDER), wanted: ['order'], tests: on });

  test('updates the module where tests are on, so that they run', () => {
    expect(tests(true)).toEqual({
      changes: [
        {
          name: 'order',
          action: 'update',
          why: 'tests/test_order.py changed; updated, so that its tests run',
          version: '1.0',
        },
      ],
      update: ['order'],
      install: [],
      action: 'update',
    });
  });

  test('only restarts where tests are off, and says so', () => {
    expect(tests(false)).toMatchObject({
      action: 'restart',
      update: [],
      changes: [{ why: 'tests/test_order.py changed; its tests do not run: `tests` is off' }],
    });
  });

  test('runs them also when a file that asks for a restart came with them', () => {
    expect(tests(true, { 'tests/test_order.py': '2', 'static/src/shop.js': '2' }).update).toEqual(['order']);
  });

  test('says nothing of tests when another file asks for the update anyway', () => {
    const { changes } = tests(true, { 'tests/test_order.py': '2', 'views/order.xml': '2' });

    expect(changes[0]?.why).toBe('views/order.xml changed');
  });
});

test('an unchanged module needs nothing, whatever its version says', () => {
  expect(classify([ORDER], asInstalled(ORDER))).toEqual({
    changes: [{ name: 'order', action: 'nothing', why: 'unchanged', version: '1.0' }],
    update: [],
    install: [],
    action: 'nothing',
  });
});

test('a removed file counts as a change', () => {
  const { changes } = classify([module('order', ['base'], without('views/order.xml'))], asInstalled(ORDER));

  expect(changes[0]).toMatchObject({ action: 'update', why: 'views/order.xml removed' });
});

test('the strongest file is named, and long lists are cut', () => {
  const { changes } = classify(
    [orderWith({ 'a.xml': '2', 'b.xml': '2', 'c.xml': '2', 'd.xml': '2', 'README.md': '2' })],
    asInstalled(ORDER),
  );

  expect(changes[0]?.why).toBe('a.xml added, b.xml added, c.xml added and 1 more file');
});

test('a version step is told', () => {
  const next = { ...orderWith({ '__manifest__.py': '2' }), version: '2.0' };

  expect(classify([next], asInstalled(ORDER)).changes[0]?.why).toBe('version 1.0 → 2.0; __manifest__.py changed');
});

test('dependants are listed, and only the root is updated by name', () => {
  const result = classify([orderWith({ 'views/order.xml': '2' }), LOYALTY], asInstalled(ORDER, LOYALTY));

  expect(result.changes).toEqual([
    { name: 'loyalty', action: 'update', why: 'depends on order, which is updated', version: '1.0' },
    { name: 'order', action: 'update', why: 'views/order.xml changed', version: '1.0' },
  ]);
  expect(result.update).toEqual(['order']);
});

test('a changed module that depends on another changed one is updated with it', () => {
  const loyalty = module('loyalty', ['order'], { ...FILES, 'models/order.py': '2' });
  const result = classify([orderWith({ 'views/order.xml': '2' }), loyalty], asInstalled(ORDER, LOYALTY));

  expect(result.update).toEqual(['order']);
  expect(result.changes.map(({ why }) => why)).toEqual(['models/order.py changed', 'views/order.xml changed']);
});

test('a new wanted module is installed, an unwanted one is not', () => {
  const result = classifyChanges({
    modules: [ORDER, LOYALTY],
    installed: asInstalled(ORDER),
    wanted: ['order', 'loyalty'],
  });
  const unwanted = classifyChanges({ modules: [ORDER, LOYALTY], installed: asInstalled(ORDER), wanted: ['order'] });

  expect(result).toMatchObject({ install: ['loyalty'], action: 'install' });
  expect(result.changes[0]).toMatchObject({ name: 'loyalty', why: 'new in this database' });
  expect(unwanted.changes.map(({ name }) => name)).toEqual(['order']);
});

test('a module that is not installable is left alone', () => {
  const result = classify([{ ...ORDER, installable: false }], {});

  expect(result).toMatchObject({ action: 'nothing', install: [] });
});

test('a removed module that is still installed is a warning', () => {
  const { changes, action } = classify([ORDER], asInstalled(ORDER, LOYALTY));

  expect(changes[0]).toMatchObject({ name: 'loyalty', action: 'nothing' });
  expect(changes[0]?.why).toMatch(/^warning: it is gone from the repository but still installed/);
  expect(action).toBe('nothing');
});

test('a change outside the modules asks for a restart at least', () => {
  const result = classifyChanges({
    modules: [ORDER],
    installed: asInstalled(ORDER),
    wanted: ['order'],
    repositoryChanged: true,
  });

  expect(result.action).toBe('restart');
});
