import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { describe, expect, test } from 'vitest';
import { readFolderTree } from './file-tree.ts';
import { checkDependencies } from './module-graph.ts';
import { scanModules } from './scan-modules.ts';

const EXAMPLES = join(import.meta.dirname, '../../../../examples');
const names = (await readdir(EXAMPLES, { withFileTypes: true })).filter((entry) => entry.isDirectory());

describe.each(names.map(({ name }) => name))('the example %s', (name) => {
  test('has a valid slipway.yaml without warnings', async () => {
    const parsed = parseProjectConfig(await readFile(join(EXAMPLES, name, 'slipway.yaml'), 'utf8'));

    expect(parsed).toMatchObject({ ok: true, warnings: [] });
  });

  test('has modules that need nothing but base and web', async () => {
    const parsed = parseProjectConfig(await readFile(join(EXAMPLES, name, 'slipway.yaml'), 'utf8'));
    const tree = await readFolderTree(join(EXAMPLES, name));
    const { modules, problems, warnings } = await scanModules(tree, parsed.ok ? parsed.config.odoo.addons : []);

    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(modules.length).toBeGreaterThan(0);
    expect(() => checkDependencies(modules, new Set(['base', 'web']))).not.toThrow();
  });

  test('says in its README what happens', async () => {
    expect(await readFile(join(EXAMPLES, name, 'README.md'), 'utf8')).toContain('pull request');
  });
});
