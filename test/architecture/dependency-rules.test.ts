import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './tracked-files.ts';

interface Rule {
  readonly name: string;
  readonly comment?: string;
}
interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

const { forbidden } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')) as { forbidden: Rule[] };

/** What dependency-cruiser finds in a tree. It ends with the number of violations, so its exit code says nothing here. */
const cruise = (root: string, folders: readonly string[]): Promise<readonly Violation[]> =>
  new Promise((resolve, reject) => {
    const cli = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
    const parameters = [cli, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
    execFile(process.execPath, parameters, { cwd: root, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      try {
        resolve((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
      } catch {
        reject(new Error(stderr || String(error)));
      }
    });
  });

const at = 'packages/server/src';
/** One file each that breaks one rule: [rule, file, what it imports]. */
const PLANTED: readonly (readonly [rule: string, file: string, imports: string])[] = [
  ['domain-imports-downward', `${at}/domain/planted.ts`, '../ports/workload.ts'],
  ['ports-imports-downward', `${at}/ports/planted.ts`, '../steps/a.ts'],
  ['plan-imports-downward', `${at}/plan/planted.ts`, '../decide/a.ts'],
  ['steps-imports-downward', `${at}/steps/planted.ts`, '../plan/a.ts'],
  ['store-imports-downward', `${at}/store/planted.ts`, '../views/a.ts'],
  ['flows-imports-downward', `${at}/flows/planted.ts`, '../http/a.ts'],
  ['observe-imports-downward', `${at}/observe/planted.ts`, '../http/a.ts'],
  ['intake-imports-downward', `${at}/intake/planted.ts`, '../http/a.ts'],
  ['only-main-picks-drivers', `${at}/flows/picks.ts`, '../drivers/targets/docker/index.ts'],
  ['driver-knows-only-ports-and-domain', `${at}/drivers/scm/github/planted.ts`, '../../targets/docker/index.ts'],
  ['driver-knows-only-ports-and-domain', `${at}/drivers/scm/gitlab/planted.ts`, '../../../store/a.ts'],
  ['shared-driver-code-knows-no-driver', `${at}/drivers/shared/planted.ts`, '../targets/docker/index.ts'],
  ['engine-knows-nothing-of-deploys', `${at}/engine/planted.ts`, '../domain/clock.ts'],
  ['gates-know-only-domain', `${at}/gates/planted.ts`, '../ports/workload.ts'],
  ['each-step-and-gate-stands-alone', `${at}/steps/leans.ts`, './a.ts'],
  ['pure-stays-pure', `${at}/plan/reads.ts`, 'node:fs'],
  ['settings-are-handed-in', `${at}/flows/reads-settings.ts`, '../config.ts'],
  ['every-folder-has-a-place', `${at}/helpers/planted.ts`, '../domain/clock.ts'],
  ['wire-only-between-packages', 'packages/cli/src/planted.ts', '../../server/src/domain/clock.ts'],
  ['wire-only-between-packages', 'packages/guards/src/planted.ts', '../../server/src/domain/clock.ts'],
  ['contracts-stand-alone', 'packages/contracts/src/planted.ts', '../../guards/src/tree.ts'],
  ['guards-only-read', 'packages/guards/src/reaches-out.ts', 'node:http'],
  ['only-the-tree-reads-files', 'packages/guards/src/manifests/reads.ts', 'node:fs/promises'],
  ['guard-stands-alone', 'packages/guards/src/manifests/leans.ts', '../secrets/a.ts'],
  ['smoke-only-asks', 'packages/smoke/src/reads.ts', 'node:fs/promises'],
  ['smoke-only-asks', 'packages/smoke/src/leans.ts', '../../guards/src/tree.ts'],
  ['wire-only-between-packages', 'packages/smoke/src/planted.ts', '../../server/src/domain/clock.ts'],
  ['one-file-opens-connections', 'packages/smoke/src/checks/reaches-out.ts', 'node:http'],
  ['smoke-check-stands-alone', 'packages/smoke/src/checks/leans.ts', './a.ts'],
  ['browser-only-when-asked-for', 'packages/smoke/src/checks/drives.ts', 'playwright-core'],
  ['cli-command-stands-alone', 'packages/cli/src/commands/run/planted.ts', '../preview/a.ts'],
  ['cli-pieces-know-no-command', 'packages/cli/src/output/planted.ts', '../commands/preview/a.ts'],
  ['declare-what-you-import', 'packages/cli/src/undeclared.ts', 'pino'],
  ['resolvable', 'packages/cli/src/nowhere.ts', './not-there.ts'],
  ['no-test-code-in-production', 'packages/cli/src/leans-on-test.ts', './a.test.ts'],
];

const PRESENT = [
  'steps/a.ts',
  'decide/a.ts',
  'plan/a.ts',
  'views/a.ts',
  'http/a.ts',
  'intake/a.ts',
  'store/a.ts',
  'config.ts',
  'domain/clock.ts',
  'ports/workload.ts',
  'drivers/targets/docker/index.ts',
].map((file) => `${at}/${file}`);

const write = async (root: string, file: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
};

/** A small tree of its own, so that nothing is ever planted in the real one. */
const plantTree = async (): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), 'slipway-graph-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    await cp(join(ROOT, file), join(root, file));
  for (const name of ['cli', 'server', 'contracts', 'guards', 'smoke'])
    await write(root, `packages/${name}/package.json`, '{"type":"module"}');
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const present = [
    ...PRESENT,
    'packages/cli/src/commands/preview/a.ts',
    'packages/cli/src/a.test.ts',
    'packages/guards/src/tree.ts',
    'packages/guards/src/secrets/a.ts',
    'packages/smoke/src/checks/a.ts',
  ];
  for (const file of present) await write(root, file, 'export const a = 1;\n');
  for (const [, file, imports] of PLANTED)
    await write(root, file, `import * as planted from '${imports}';\nexport const b = planted;\n`);
  await write(root, `${at}/odoo/one.ts`, "import { two } from './two.ts';\nexport const one = () => two;\n");
  await write(root, `${at}/odoo/two.ts`, "import { one } from './one.ts';\nexport const two = () => one;\n");
  return root;
};

describe('which way imports point', () => {
  it('no import of this repository breaks a rule', async () => {
    const found = await cruise(ROOT, ['packages', 'test']);

    expect(found.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  it('every rule says why', () => {
    for (const rule of forbidden) expect(rule.comment, rule.name).toMatch(/^[A-Za-z].{20,}[.,"”]$/s);
  });
});

describe('the rules catch what they are for', () => {
  let root: string;
  let found: readonly Violation[];
  beforeAll(async () => {
    root = await plantTree();
    found = await cruise(root, ['packages']);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  for (const [rule, file, imports] of PLANTED)
    it(`${rule}: ${file} may not import ${imports}`, () => {
      expect(found.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule);
    });

  it('no-cycles: two files that import each other', () => {
    expect(found.filter(({ rule }) => rule.name === 'no-cycles').map(({ from }) => from)).toContain(
      `${at}/odoo/one.ts`,
    );
  });

  it('the files that break nothing are left alone', () => {
    expect(found.filter(({ from }) => PRESENT.includes(from))).toEqual([]);
  });
});
