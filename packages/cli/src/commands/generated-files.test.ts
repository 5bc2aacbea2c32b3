/** init, contract and ci init one after the other, on repositories as people have them. */
import { parseProjectConfig } from '@slipway/contracts/config-file';
import type { Finding } from '@slipway/guards/guard';
import { treeOf } from '@slipway/guards/memory-tree';
import { schemas } from '@slipway/guards/schemas/index';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRepository, type Repository } from '../testing/init-case.ts';
import { REPOSITORIES } from '../testing/repositories.ts';

let repository: Repository;
beforeEach(async () => {
  repository = await makeRepository();
});
afterEach(() => repository.remove());

const EXPECTED = {
  bare: { odoo: { series: '19.0', addons: ['.'] } },
  compose: {
    odoo: {
      series: '19.0',
      addons: ['vendor', 'addons'],
      packages: ['libpq-dev', 'python3-barcode'],
      requirements: ['reqs/requirements-odoo.txt'],
    },
    variables: {
      names: {
        SMTP_HOST: { default: 'mail.example.com', stages: ['development'] },
        SMTP_PASSWORD: { required: true, secret: true },
        REPORT_URL: { default: 'http://reports:8080' },
        POSTGRES_VERSION: { default: '17', required: false },
        POSTGRES_PASSWORD: { required: true, secret: true },
      },
    },
  },
  'app spec': {
    odoo: { series: '18.0', addons: ['addons'] },
    stages: {
      production: { branch: 'main', url: 'https://erp.example.com' },
      staging: { branch: 'staging' },
    },
    variables: {
      names: {
        OCR_KEY: { required: true, secret: true, stages: ['staging', 'production'] },
        PGHOST: { source: 'runtime' },
        REPORT_LANGUAGE: { default: 'de_DE' },
      },
    },
  },
  devcontainer: {
    odoo: { series: '19.0', addons: ['src/addons'] },
    variables: { names: { SHOP_MODE: { default: 'development', stages: ['development'] } } },
  },
  OCA: { odoo: { series: '17.0', addons: ['.'] } },
} as const;

const DOUBTS: Readonly<Record<keyof typeof REPOSITORIES, readonly RegExp[]>> = {
  bare: [],
  compose: [],
  'app spec': [/^Production's database and files/],
  devcontainer: [],
  OCA: [/^The submodule vendor\/server-tools is not checked out/],
};

const everything = async (json: string): Promise<Record<string, string>> => {
  const files = (JSON.parse(json) as { files: { file: string }[] }).files.map(({ file }) => file);
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await repository.read(file)])));
};

for (const [name, make] of Object.entries(REPOSITORIES) as [
  keyof typeof REPOSITORIES,
  (one: Repository) => Promise<void>,
][])
  describe(`a repository of the kind "${name}"`, () => {
    beforeEach(() => make(repository));

    it('gets a slipway.yaml that is valid and says what is there', async () => {
      const { code, stdout } = await repository.run('init --json');
      const parsed = parseProjectConfig(await repository.read('slipway.yaml'));

      expect(code).toBe(0);
      expect(parsed).toMatchObject({ ok: true, warnings: [], config: EXPECTED[name] });
      expect(JSON.parse(stdout).unknown).toEqual(DOUBTS[name].map((doubt) => expect.stringMatching(doubt)));
      expect(await repository.read('slipway.yaml')).not.toContain('planted-password');
    });

    it('gets contracts and workflows that are up to date at once, and the same at the second run', async () => {
      await repository.run('init');
      const contracts = await everything((await repository.run('contract --json')).stdout);
      const workflows = await everything((await repository.run('ci init --json')).stdout);

      expect((await repository.run('contract --check')).code).toBe(0);
      expect((await repository.run('ci init --check')).code).toBe(0);
      expect(await everything((await repository.run('contract --json')).stdout)).toEqual(contracts);
      expect(await everything((await repository.run('ci init --json')).stdout)).toEqual(workflows);
      expect(JSON.parse((await repository.run('init --json')).stdout)).toMatchObject({ outcome: 'unchanged' });
    });

    it('has nothing that a guard calls an error, and nothing at all in what was written', async () => {
      await repository.run('init');
      const made = ['contract --json', 'ci init --json'].map(async (line) =>
        everything((await repository.run(line)).stdout),
      );
      const ours = new Set((await Promise.all(made)).flatMap(Object.keys));

      const { findings } = JSON.parse((await repository.run('guard --json')).stdout) as { findings: Finding[] };
      expect(findings.filter(({ severity, file }) => severity === 'error' || ours.has(file))).toEqual([]);
    });

    it('gets workflows that their schema and actionlint have nothing against', async () => {
      await repository.run('init');
      const files = await everything((await repository.run('ci init --json')).stdout);
      const found: Finding[] = [];
      for await (const finding of schemas.check({ tree: treeOf(files), config: null, today: '2026-11-21' }))
        found.push(finding);

      expect(Object.keys(files).length).toBeGreaterThan(2);
      expect(found).toEqual([]);
    });
  });
