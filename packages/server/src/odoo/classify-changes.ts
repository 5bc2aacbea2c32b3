/**
 * What a new commit asks of a database: compares the files of each module with those the database was last brought to,
 * not only its version. Pure. Every answer says why, in words for a pull request.
 */
import type { ModuleAction } from '@slipway/contracts/views';
import type { InstalledModules, ModuleChange, OdooModule } from '../domain/modules.ts';
import { type FileEffect, fileEffect } from './file-effect.ts';
import { dependantsOf } from './module-graph.ts';

export interface ClassifyInput {
  /** Modules of the repository at the new commit. */
  readonly modules: readonly OdooModule[];
  /** What the database holds of the repository's modules. */
  readonly installed: InstalledModules;
  /** Names of modules that it is to hold. */
  readonly wanted: readonly string[];
  /** Whether anything else in the image changed (requirements, packages, base image): then at least a restart. */
  readonly repositoryChanged?: boolean;
  /** Whether the tests of changed modules run (`tests` of the stage). */
  readonly tests?: boolean;
}

export interface ClassifiedChanges {
  /** One entry per module that is installed, wanted or gone, in name order. */
  readonly changes: readonly ModuleChange[];
  /** For `-u`: only the roots; Odoo updates their dependants by itself (`ir.module.module.button_upgrade`). */
  readonly update: readonly string[];
  /** For `-i`. */
  readonly install: readonly string[];
  /** The strongest of all. */
  readonly action: ModuleAction;
}

const RANK: Readonly<Record<ModuleAction, number>> = { nothing: 0, restart: 1, update: 2, install: 3 };

export const classifyChanges = (input: ClassifyInput): ClassifiedChanges => {
  const wanted = new Set(input.wanted);
  const own = input.modules
    .filter(({ name }) => name in input.installed || wanted.has(name))
    .map((module) => classifyModule(module, input.installed[module.name], input.tests ?? false));
  const roots = own.filter(({ action }) => action === 'update').map(({ name }) => name);
  const changes = [...withDependants(own, roots, input), ...removedModules(input)].sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  const update = withoutDependants(roots, input.modules);
  const install = own.filter(({ action }) => action === 'install').map(({ name }) => name);
  const least: ModuleAction = input.repositoryChanged === true ? 'restart' : 'nothing';
  const action = changes.reduce<ModuleAction>(
    (top, each) => (RANK[each.action] > RANK[top] ? each.action : top),
    least,
  );
  return { changes, update, install, action };
};

type Before = InstalledModules[string] | undefined;

const classifyModule = (module: OdooModule, before: Before, tests: boolean): ModuleChange => {
  const { name, version, hash } = module;
  const because = (action: ModuleAction, why: string): ModuleChange => ({ name, version, action, why });
  if (!module.installable) return because('nothing', 'its manifest says that it is not installable');
  if (before === undefined) return because('install', 'new in this database');
  if (before.hash === hash) return because('nothing', 'unchanged');
  const files = changedFiles(before.files, module.files);
  const strongest = strongestEffect(files.map(({ effect }) => effect));
  const decisive = files.filter(({ effect }) => effect === strongest);
  const { action, hint } = MEANING[strongest](tests);
  return because(action, `${versionStep(before.version, version)}${told(decisive)}${hint}`);
};

const MEANING: Readonly<
  Record<FileEffect, (tests: boolean) => { readonly action: ModuleAction; readonly hint: string }>
> = {
  none: () => ({ action: 'nothing', hint: '; Odoo does not read it' }),
  restart: () => ({ action: 'restart', hint: '' }),
  // Odoo runs tests without `-u`, too; but a manifest may list files below tests/ as data, and then they would be the old ones.
  test: (tests) =>
    tests
      ? { action: 'update', hint: '; updated, so that its tests run' }
      : { action: 'restart', hint: '; its tests do not run: `tests` is off' },
  update: () => ({ action: 'update', hint: '' }),
};

const versionStep = (before: string | null, after: string | null): string =>
  before === after ? '' : `version ${before ?? '(none)'} → ${after ?? '(none)'}; `;

interface ChangedFile {
  readonly path: string;
  readonly how: 'changed' | 'added' | 'removed';
  readonly effect: FileEffect;
}

const changedFiles = (
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly ChangedFile[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((path) => before[path] !== after[path])
    .sort()
    .map((path) => ({
      path,
      how: before[path] === undefined ? 'added' : after[path] === undefined ? 'removed' : 'changed',
      effect: fileEffect(path),
    }));

const STRONGEST_FIRST: readonly FileEffect[] = ['update', 'test', 'restart', 'none'];

const strongestEffect = (effects: readonly FileEffect[]): FileEffect =>
  STRONGEST_FIRST.find((effect) => effects.includes(effect)) ?? 'none';

const NAMED_FILES = 3;

/** `views/order.xml changed, models/a.py added and 4 more files`. */
const told = (files: readonly ChangedFile[]): string => {
  const named = files.slice(0, NAMED_FILES).map(({ path, how }) => `${path} ${how}`);
  const more = files.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more file${more === 1 ? '' : 's'}` : ''}`;
};

/** An installed module that Odoo updates along with a root says so; one that changed itself keeps its own reason. */
const withDependants = (
  own: readonly ModuleChange[],
  roots: readonly string[],
  { modules, installed }: ClassifyInput,
): readonly ModuleChange[] => {
  const cause = new Map<string, string>();
  for (const root of roots)
    for (const name of dependantsOf([root], modules)) if (!cause.has(name)) cause.set(name, root);
  return own.map((change) => {
    const root = cause.get(change.name);
    const follows = root !== undefined && change.name in installed && RANK[change.action] < RANK.update;
    return follows ? { ...change, action: 'update', why: `depends on ${root}, which is updated` } : change;
  });
};

/** A root that depends on another root is updated with it. */
const withoutDependants = (roots: readonly string[], modules: readonly OdooModule[]): readonly string[] =>
  roots.filter((root) => !roots.some((other) => other !== root && dependantsOf([other], modules).includes(root)));

const removedModules = ({ modules, installed }: ClassifyInput): readonly ModuleChange[] => {
  const present = new Set(modules.map(({ name }) => name));
  return Object.entries(installed)
    .filter(([name]) => !present.has(name))
    .map(([name, { version }]) => ({
      name,
      version,
      action: 'nothing',
      why: 'warning: it is gone from the repository but still installed, so Odoo will not load; uninstall it first, or rebuild the preview fresh',
    }));
};
