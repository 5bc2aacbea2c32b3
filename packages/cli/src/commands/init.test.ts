import { mkdir, open, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeRepository, type Repository } from '../testing/init-case.ts';

let repository: Repository;
beforeEach(async () => {
  repository = await makeRepository();
});
afterEach(() => repository.remove());

const viewOf = async (line = 'init --json') => JSON.parse((await repository.run(line)).stdout);

/** What init wrote, as Slipway reads it; fails when its own schema does not take it. */
const written = async () => {
  const text = await repository.read('slipway.yaml');
  const parsed = parseProjectConfig(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
};

describe('init in a repository of modules', () => {
  it('finds name, series and addons folders, and writes a file that is valid', async () => {
    await repository.module('addons/shop_order', '18.0.1.0.0');
    await repository.module('addons/shop_stock', '18.0.1.0.0');
    await repository.module('vendor/oca/web_thing', '18.0.2.0.0');

    expect(await viewOf()).toMatchObject({
      file: 'slipway.yaml',
      outcome: 'created',
      name: 'my-shop-19',
      series: '18.0',
      addons: ['addons', 'vendor/oca'],
      modules: ['addons/shop_order', 'addons/shop_stock', 'vendor/oca/web_thing'],
      unknown: [],
    });
    expect(await written()).toMatchObject({
      name: 'my-shop-19',
      odoo: { series: '18.0', addons: ['addons', 'vendor/oca'] },
    });
  });

  it('says of each setting where it came from, in the file too', async () => {
    await repository.module('addons/a');

    const { settings } = await viewOf();

    expect(settings).toEqual([
      { setting: 'name', value: 'my-shop-19', from: "this folder's name" },
      { setting: 'odoo.series', value: '19.0', from: '1 manifest' },
      { setting: 'odoo.addons', value: 'addons', from: 'the folders that hold modules' },
    ]);
    expect(await repository.read('slipway.yaml')).toContain('series: "19.0" # 1 manifest\n');
  });

  it('begins with a line that names the JSON Schema, which is there and takes the file', async () => {
    await repository.module('a');
    await repository.run('init');
    const text = await repository.read('slipway.yaml');

    const schema = /^# yaml-language-server: \$schema=(.+)\n/.exec(text)?.[1] ?? '';
    const validate = new Ajv({ strict: false, logger: false }).compile(JSON.parse(await repository.read(schema)));

    expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
  });

  it('takes modules at the root, and a repository that is one module', async () => {
    await repository.module('shop_order');
    expect(await viewOf()).toMatchObject({ addons: ['.'], modules: ['shop_order'], unknown: [] });

    await repository.module('.');
    expect(await viewOf('init --json --yes')).toMatchObject({ addons: ['.'], modules: ['.'] });
  });

  it('goes by the branch when nothing else tells the series', async () => {
    await repository.module('a', '1.0');
    await repository.write('.git/HEAD', 'ref: refs/heads/17.0\n');

    expect(await viewOf()).toMatchObject({ series: '17.0', unknown: [] });
  });

  it('says what it could not find out, in the file too', async () => {
    const { code, stdout } = await repository.run('init');

    expect(code).toBe(0);
    expect(stdout).toContain('! Not found out. The Odoo series: no manifest, image or branch names one, so 19.0');
    expect(stdout).toContain('! Not found out. The addons folders:');
    expect(await repository.read('slipway.yaml')).toContain('# Not found out. The Odoo series');
    await written();
  });

  it('says when two places name two series', async () => {
    await repository.module('a');
    await repository.write('Dockerfile', 'FROM odoo:18.0\n');

    expect(await viewOf()).toMatchObject({
      series: '19.0',
      unknown: ['Whether 19.0 is right: odoo:18.0 in Dockerfile says 18.0.'],
    });
  });

  it('takes --series over everything, and refuses one that does not exist', async () => {
    await repository.module('a');

    expect(await viewOf('init --series 16.0 --json')).toMatchObject({ series: '16.0' });
    expect((await repository.run('init --series 9.0 --yes')).code).toBe(2);
  });

  it('ignores setup folders of OCA, modules inside modules, hidden folders, and links in circles', async () => {
    await repository.module('web_thing');
    await repository.module('web_thing/tests/inner');
    await repository.module('.hidden/b');
    await repository.module('node_modules/c');
    await mkdir(join(repository.cwd, 'setup/web_thing/odoo/addons'), { recursive: true });
    await symlink('../../../../web_thing', join(repository.cwd, 'setup/web_thing/odoo/addons/web_thing'));
    await symlink('..', join(repository.cwd, 'web_thing', 'circle'));

    expect(await viewOf()).toMatchObject({ addons: ['.'], modules: ['web_thing'] });
  });

  it('follows links inside the repository, and none that lead out', async () => {
    await repository.module('vendor/oca/web_thing');
    await mkdir(join(repository.cwd, 'addons'));
    await symlink('../vendor/oca/web_thing', join(repository.cwd, 'addons/web_thing'));
    await symlink('/usr', join(repository.cwd, 'addons/outside'));

    expect((await viewOf()).modules).toEqual(['addons/web_thing', 'vendor/oca/web_thing']);
  });
});

describe('init where there is a slipway.yaml', () => {
  beforeEach(() => repository.module('addons/a'));

  it('shows the difference and keeps it where nobody can be asked', async () => {
    await repository.write('slipway.yaml', 'mine\n');

    const { code, stdout } = await repository.run('init');

    expect(code).toBe(6);
    expect(stdout).toMatch(/^--- slipway.yaml/);
    expect(stdout).toContain('-mine\n');
    expect(stdout).toContain('+version: 1\n');
    expect(stdout).toContain('--yes replaces it');
    expect(await repository.read('slipway.yaml')).toBe('mine\n');
    expect(await viewOf()).toMatchObject({ outcome: 'kept' });
  });

  it('asks at a terminal, after it has shown the difference', async () => {
    await repository.write('slipway.yaml', 'mine\n');

    const no = await repository.run('init', { answer: 'n', terminal: true });
    expect(no.code).toBe(6);
    expect(no.stderr).toContain('mine');
    expect(await repository.read('slipway.yaml')).toBe('mine\n');

    expect((await repository.run('init', { answer: 'y', terminal: true })).code).toBe(0);
    expect(await repository.read('slipway.yaml')).toContain('version: 1');
  });

  it('replaces it with --yes, and has nothing to ask when nothing changes', async () => {
    await repository.write('slipway.yaml', 'mine\n');

    expect(await viewOf('init --yes --json')).toMatchObject({ outcome: 'replaced' });
    const first = await repository.read('slipway.yaml');
    expect(await viewOf()).toMatchObject({ outcome: 'unchanged', diff: '' });
    expect(await repository.read('slipway.yaml')).toBe(first);
  });

  it('replaces a link rather than writing where it leads', async () => {
    const outside = await makeRepository();
    await outside.write('target', 'theirs\n');
    await symlink(join(outside.cwd, 'target'), join(repository.cwd, 'slipway.yaml'));

    expect((await repository.run('init --yes')).code).toBe(0);

    expect(await outside.read('target')).toBe('theirs\n');
    await outside.remove();
  });

  it('refuses to write through a folder that leads out', async () => {
    const outside = await makeRepository();
    await symlink(outside.cwd, join(repository.cwd, '.slipway'));

    const { code, stderr } = await repository.run('init');

    expect(code).toBe(2);
    expect(stderr).toContain('.slipway is a link out of this folder');
    expect(await readdir(outside.cwd)).toEqual([]);
    await outside.remove();
  });
});

describe('init on hostile input', () => {
  beforeEach(() => repository.module('addons/a'));

  it('reads no YAML whose aliases stand for gigabytes, and says so', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    await repository.write('compose.yaml', `l0: &l0 [lol]\n${levels.join('\n')}\nservices: *l30\n`);

    expect((await viewOf()).unknown).toEqual(['compose.yaml cannot be read as YAML.']);
  });

  it('reads no file that is nested without end', async () => {
    await repository.write('compose.yaml', '['.repeat(200_000));
    await repository.write('.devcontainer/devcontainer.json', '['.repeat(200_000));

    expect((await viewOf()).unknown).toEqual([
      'compose.yaml cannot be read as YAML.',
      '.devcontainer/devcontainer.json cannot be read as JSON with comments.',
    ]);
  });

  it('reads no file of 100 MB, none that is binary, and none that is no UTF-8', async () => {
    await repository.write('compose.yaml');
    const file = await open(join(repository.cwd, 'compose.yaml'), 'w');
    await file.truncate(100 * 1024 * 1024);
    await file.close();
    await repository.write('odoo.conf', 'addons_path = a\u0000b');

    const { unknown } = await viewOf();

    expect(unknown).toContain('compose.yaml is too large, or no text: it was not read.');
    expect(unknown).toContain('odoo.conf is too large, or no text: it was not read.');
  });

  it('reads so many files of a kind and no more, and says so', async () => {
    for (let i = 0; i < 52; i += 1) await repository.write(`d${i}/odoo.conf`, '[options]\n');

    expect((await viewOf()).unknown).toEqual(['d50/odoo.conf and 1 more files of its kind were not read.']);
  });

  it('takes no longer for text that is made to take long', async () => {
    const much = (piece: string): string => piece.repeat(Math.ceil(1_000_000 / piece.length));
    await repository.write(
      'Dockerfile',
      `FROM odoo:19.0\nRUN ${much('apt -apt ')}\nRUN ${much('-')}\nCOPY ${much('--')} /x\n${much('\\\n ')}`,
    );
    await repository.write('.gitmodules', `[submodule "x"]\n${much('\n')}path = ${much(' ')}x\n`);
    await repository.write('.env.example', `A=${much(' ')}x\n${much(' ')}#\n# >>> slipway: ${much(' (')}\n`);
    await repository.write('odoo.conf', `[options]\naddons_path = ${much('a,')}\n${much(' \n')}`);
    await repository.write(
      'compose.yaml',
      `services: { odoo: { image: "${much('odoo')}", volumes: ["${much('./a:/b')}"] } }\n`,
    );
    await repository.write('.do/app.yaml', `services: [{ name: odoo, envs: [{ key: ${much('A')} }] }]\n`);

    const before = performance.now();
    const { code } = await repository.run('init');
    await repository.run('contract');

    expect(code).toBe(0);
    expect(performance.now() - before).toBeLessThan(8000);
    await written();
  });

  it('writes names with line breaks and quotes so that they say nothing in YAML', async () => {
    await repository.module('addons\nname: evil/b');
    await repository.write('sub\n# x: y/compose.yaml', 'services: [');

    const { stdout } = await repository.run('init');

    expect(await written()).toMatchObject({ name: 'my-shop-19', odoo: { addons: ['addons'] } });
    expect(stdout).toContain(`The folder "addons\\nname: evil": Odoo's addons path cannot hold its name.`);
    expect(stdout).not.toMatch(/^name: evil/m);
  });

  it('takes folders with blanks', async () => {
    await repository.module('my addons/b');

    await repository.run('init');

    expect((await written()).odoo.addons).toContain('my addons');
  });

  it('reads a manifest with code in it without running it', async () => {
    await repository.write('addons/b/__manifest__.py', `__import__('os').system('touch ${repository.cwd}/ran')`);

    await repository.run('init');

    expect(await readdir(repository.cwd)).not.toContain('ran');
    expect((await written()).odoo.series).toBe('19.0');
  });
});
