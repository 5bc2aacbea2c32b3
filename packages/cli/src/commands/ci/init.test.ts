import { parseProjectConfig } from '@slipway/contracts/config-file';
import type { ProjectConfig } from '@slipway/contracts/project-config';
import type { Finding } from '@slipway/guards/guard';
import { treeOf } from '@slipway/guards/memory-tree';
import { schemas } from '@slipway/guards/schemas/index';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ciFiles } from '../../ci/workflows.ts';
import { wrongIn } from '../../testing/command-lines.ts';
import { makeRepository, type Repository } from '../../testing/init-case.ts';

const CONFIG = `version: 1
name: shop
odoo: { series: "19.0", addons: ["addons", "more [x]"] }
stages:
  staging: { branch: "release+next" }
  production: { url: https://erp.example.com }
`;

let repository: Repository;
beforeEach(async () => {
  repository = await makeRepository();
  await repository.write('slipway.yaml', CONFIG);
});
afterEach(() => repository.remove());

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly on: Readonly<
    Record<string, { readonly paths?: readonly string[]; readonly branches?: readonly string[] } | null>
  >;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly steps?: readonly Step[];
        readonly environment?: string;
        readonly if?: string;
        readonly needs?: string;
        readonly 'timeout-minutes'?: number;
      }
    >
  >;
}

const AT = '.github/workflows/slipway';
const generate = async (): Promise<Readonly<Record<string, string>>> => {
  const { files } = JSON.parse((await repository.run('ci init --json')).stdout) as { files: { file: string }[] };
  return Object.fromEntries(await Promise.all(files.map(async ({ file }) => [file, await repository.read(file)])));
};
const workflows = async (): Promise<readonly (readonly [string, Workflow])[]> =>
  Object.entries(await generate())
    .filter(([file]) => file.startsWith(AT))
    .map(([file, text]) => [file, parse(text) as Workflow]);

const findingsIn = async (files: Readonly<Record<string, string>>): Promise<readonly Finding[]> => {
  const found: Finding[] = [];
  for await (const finding of schemas.check({ tree: treeOf(files), config: null, today: '2026-11-21' }))
    found.push(finding);
  return found;
};

const stepsOf = (all: readonly (readonly [string, Workflow])[]): readonly Step[] =>
  all.flatMap(([, { jobs }]) => Object.values(jobs).flatMap(({ steps = [] }) => steps));

describe('ci init', () => {
  it('writes a workflow for each thing that the stages need', async () => {
    expect(Object.keys(await generate())).toEqual([
      '.github/actions/slipway/action.yml',
      `${AT}-validate.yml`,
      `${AT}-preview-open.yml`,
      `${AT}-preview-close.yml`,
      `${AT}-staging.yml`,
      `${AT}-database-staging.yml`,
      `${AT}-database-production.yml`,
    ]);
  });

  it('writes one for promotions where Slipway runs production, held by an approval at GitHub', async () => {
    const parsed = parseProjectConfig(CONFIG);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { stages } = parsed.config;
    const own = { ...parsed.config, stages: { ...stages, production: { ...stages.production, target: 'docker' } } };
    const made = (config: ProjectConfig, hasVerb: boolean) =>
      ciFiles(config, { hasVerb: () => hasVerb, submodules: false }).filter(({ path }) => path.includes('promotion'));

    const [file] = made(own as ProjectConfig, true);
    expect(await findingsIn({ [file?.path ?? '']: file?.text ?? '' })).toEqual([]);
    const { jobs } = parse(file?.text ?? '') as Workflow;
    expect(Object.entries(jobs).map(([id, { environment, needs }]) => [id, environment, needs])).toEqual([
      ['show', undefined, undefined],
      ['promote', 'production', 'show'],
      ['verify', undefined, 'promote'],
    ]);
    expect(made(own as ProjectConfig, false)).toEqual([]);
    expect(made(parsed.config, true)).toEqual([]);
  });

  it('writes none for stages that are not there', async () => {
    await repository.write(
      'slipway.yaml',
      'version: 1\nname: shop\nodoo: { series: "19.0" }\nstages: { preview: { enabled: false } }\n',
    );

    expect(Object.keys(await generate())).toEqual(['.github/actions/slipway/action.yml', `${AT}-validate.yml`]);
  });

  it('passes schema and actionlint, which would notice a misspelt context', async () => {
    const files = await generate();

    expect(await findingsIn(files)).toEqual([]);
    const file = `${AT}-validate.yml`;
    expect(
      (await findingsIn({ [file]: (files[file] ?? '').replace('github.ref', 'github.reff') })).length,
    ).toBeGreaterThan(0);
  });

  it('calls only what this command line has', async () => {
    const lines = stepsOf(await workflows()).flatMap(({ run = '' }) => [...run.matchAll(/(slipway [a-z][^|)\n]*)/g)]);
    const reasons = await Promise.all(
      lines.map(([line]) => wrongIn(line.replaceAll('$NUMBER', '12').replaceAll('$', ''))),
    );

    expect(reasons.filter((reason) => reason !== null)).toEqual([]);
    expect(lines.length).toBeGreaterThan(10);
  });

  it('pins every action by commit, gives least permissions, and bounds every job', async () => {
    const all = await workflows();
    for (const [, { permissions, jobs, concurrency }] of all) {
      expect(permissions).toEqual({ contents: 'read' });
      expect(concurrency.group).toMatch(/^slipway-/);
      for (const job of Object.values(jobs).filter(({ steps }) => steps !== undefined))
        expect(job['timeout-minutes']).toBeGreaterThan(0);
    }
    const action = parse((await generate())['.github/actions/slipway/action.yml'] ?? '') as { runs: { steps: Step[] } };
    const steps = [
      ...all.flatMap(([, { jobs }]) => Object.values(jobs).flatMap((job) => job.steps ?? [])),
      ...action.runs.steps,
    ];
    const uses = steps.flatMap(({ uses }) => uses ?? []).filter((name) => !name.startsWith('./'));

    expect(uses.length).toBeGreaterThan(5);
    expect(uses.filter((name) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(name))).toEqual([]);
    for (const { uses, with: inputs } of steps)
      if (uses?.startsWith('actions/checkout@')) expect(inputs).toMatchObject({ 'persist-credentials': false });
  });

  it('puts no text that people choose into a command line, and a token only where a server is asked', async () => {
    for (const { run = '', env = {} } of stepsOf(await workflows())) {
      expect(run).not.toContain('${{');
      if (/slipway (config|guard|contract)/.test(run)) expect(env).toEqual({});
    }
  });

  it('deploys staging for what matters only, one after the other, and verifies after it', async () => {
    const { on, jobs, concurrency } = Object.fromEntries(await workflows())[`${AT}-staging.yml`] as Workflow;

    expect(on.push?.branches).toEqual(['release\\+next']);
    expect(on.push?.paths).toEqual(['addons/**', 'more \\[x\\]/**', 'requirements.txt', 'slipway.yaml', '.gitmodules']);
    expect(concurrency).toEqual({ group: 'slipway-staging', 'cancel-in-progress': false });
    expect([jobs.deploy?.needs, jobs.verify?.needs]).toEqual(['validate', 'deploy']);
  });

  it('holds what touches production until somebody approves, and opens no preview for forks', async () => {
    const all = Object.fromEntries(await workflows());

    expect(all[`${AT}-database-production.yml`]?.jobs.backup?.environment).toBe('production');
    expect(all[`${AT}-preview-open.yml`]?.jobs.open?.if).toContain('head.repo.full_name == github.repository');
  });

  it('checks submodules out where there are some', async () => {
    await repository.write('.gitmodules', '');

    expect((await generate())[`${AT}-validate.yml`]).toContain('submodules: recursive');
  });
});

describe('ci init, once more', () => {
  const FILE = `${AT}-validate.yml`;

  it('keeps what people added outside of the marks, and mends what is between them', async () => {
    const first = (await generate())[FILE] ?? '';
    const own = '  own:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo mine\n';
    await repository.write(FILE, `${first.replace('slipway config check', 'true')}\n${own}`);

    expect((await repository.run('ci init --check')).code).toBe(8);
    expect((await generate())[FILE]).toBe(`${first}\n${own}`);
    expect((await repository.run('ci init --check')).code).toBe(0);
    expect(await findingsIn({ [FILE]: await repository.read(FILE) })).toEqual([]);
  });

  it('leaves a file of the same name that is not ours, and one whose marks do not pair', async () => {
    for (const text of ['name: mine\n', '# >>> slipway: when\nname: x\n']) {
      await repository.write(FILE, text);

      const { code, stdout } = await repository.run('ci init');

      expect(code).toBe(6);
      expect(stdout).toContain(`! ${FILE}: left alone.`);
      expect(await repository.read(FILE)).toBe(text);
    }
  });

  it('removes workflows of a stage that is no more, unless there is something of ones own in them', async () => {
    await generate();
    const kept = `${AT}-database-staging.yml`;
    await repository.write(kept, `${await repository.read(kept)}  own: { uses: ./.github/workflows/own.yml }\n`);
    await repository.write('slipway.yaml', CONFIG.replace(/ {2}staging: .*\n/, ''));

    const { stdout, code } = await repository.run('ci init');

    expect(code).toBe(6);
    expect(stdout).toContain(`${AT}-staging.yml: removed`);
    expect(stdout).toContain(`${kept}: left alone. Its stage is no more`);
    expect(await repository.read(kept)).toContain('own:');
  });
});
