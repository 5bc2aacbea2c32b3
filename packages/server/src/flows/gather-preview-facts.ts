import { createHash } from 'node:crypto';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { formatProblems } from '@slipway/contracts/config-problem';
import { Failure } from '@slipway/contracts/failure';
import { bytes, type ProjectConfig, seconds } from '@slipway/contracts/project-config';
import type { InstalledModules, OdooModule } from '../domain/modules.ts';
import { classifyChanges } from '../odoo/classify-changes.ts';
import { CORE_ADDONS, coreModules as coreNames } from '../odoo/core-modules.ts';
import { readFolderTree } from '../odoo/file-tree.ts';
import { checkDependencies } from '../odoo/module-graph.ts';
import { scanModules } from '../odoo/scan-modules.ts';
import type { ImageFacts, PreviewFacts } from '../plan/preview-facts.ts';
import type { BaseImage } from '../ports/image-builder.ts';
import type { SourceRepository } from '../ports/source-repository.ts';
import type { Environment } from '../store/environments.ts';
import type { Slipway } from './slipway.ts';

/** What one commit is made of; read from files, nothing in it is run. */
export interface CommitContent {
  readonly sha: string;
  readonly config: ProjectConfig;
  readonly modules: readonly OdooModule[];
  readonly requirements: readonly string[];
  readonly roots: readonly string[];
  readonly lockHash: string;
  readonly contentHash: string;
}

const sha256 = (...parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
};

/** Failures: config-missing, config-invalid, manifest-invalid. */
export const readCommit = async (
  repository: SourceRepository,
  sha: string,
  base: string | null,
): Promise<CommitContent> => {
  const text = await repository.readFile(sha, 'slipway.yaml');
  if (text === null) throw new Failure('config-missing', { where: `commit ${sha.slice(0, 12)}` });
  const parsed = parseProjectConfig(text);
  if (!parsed.ok) throw new Failure('config-invalid', { problems: formatProblems(parsed.problems) });
  const tree = await readFolderTree(await repository.checkout(sha));
  const { modules, problems, roots } = await scanModules(tree, parsed.config.odoo.addons);
  if (problems[0] !== undefined) throw problems[0];
  const requirements = requirementFiles(
    parsed.config,
    tree.files.map((file) => file.path),
  );
  const hashes = new Map(tree.files.map((file) => [file.path, file.sha256]));
  const lockHash = sha256(
    base ?? '',
    parsed.config.odoo.series,
    parsed.config.odoo.packages.join(' '),
    ...requirements.map((path) => `${path} ${hashes.get(path)}`),
  );
  const folders = parsed.config.odoo.addons;
  const contentHash = sha256(lockHash, folders.join('\n'), ...modules.map((module) => `${module.path} ${module.hash}`));
  return { sha, config: parsed.config, modules, requirements, roots, lockHash, contentHash };
};

const requirementFiles = (config: ProjectConfig, paths: readonly string[]): string[] => {
  if (config.odoo.requirements.length > 0) {
    const missing = config.odoo.requirements.find((path) => !paths.includes(path));
    if (missing !== undefined)
      throw new Failure('config-invalid', {
        problems: `odoo.requirements names ${missing}, which is not in the commit`,
      });
    return [...config.odoo.requirements];
  }
  const usual = [
    'requirements.txt',
    ...config.odoo.addons.map((folder) => (folder === '.' ? 'requirements.txt' : `${folder}/requirements.txt`)),
  ];
  return [...new Set(usual)].filter((path) => paths.includes(path));
};

const imageFacts = (project: string, commit: CommitContent, base: BaseImage): ImageFacts => ({
  sha: commit.sha,
  packages: commit.config.odoo.packages,
  requirements: commit.requirements,
  addons: commit.config.odoo.addons,
  roots: commit.roots,
  lockHash: commit.lockHash,
  contentHash: sha256(base.digest, commit.contentHash),
  reference: `slipway/${project}:sha-${commit.sha}`,
});

/** Modules to install: those named, else every installable one of the repository. */
export const wantedModules = (commit: CommitContent): string[] => {
  const named = commit.config.stages.preview.install;
  const installable = commit.modules.filter((module) => module.installable).map((module) => module.name);
  return named.length > 0 ? named.filter((name) => installable.includes(name)) : installable;
};

const installedMap = (commit: CommitContent): InstalledModules => {
  const wanted = new Set(wantedModules(commit));
  const found: Record<string, InstalledModules[string]> = {};
  for (const { name, hash, version, files } of commit.modules)
    if (wanted.has(name)) found[name] = { hash, version, files };
  return found;
};

export interface GatheredFacts {
  readonly facts: PreviewFacts;
  /** What the database will hold when the plan is through. */
  readonly installed: InstalledModules;
}

/** Everything the planner asks of the world, in one place. */
export const gatherPreviewFacts = async (
  slipway: Slipway,
  environment: Environment,
  wish: { readonly fresh: boolean; readonly build: string },
): Promise<GatheredFacts> => {
  const repository = await slipway.ports.repository(environment.project);
  await repository.fetch(environment.headSha);
  const first = await readCommit(repository, environment.headSha, null);
  const base = await slipway.ports.builder.base(first.config.odoo.image ?? `odoo:${first.config.odoo.series}`);
  const head = { ...first, lockHash: sha256(base.digest, first.lockHash) };
  const target = await targetCommit(repository, environment.base, head);
  checkDependencies(head.modules, await coreModules(slipway, base), {
    wanted: wantedModules(head),
    series: head.config.odoo.series,
  });
  const living = !wish.fresh && environment.liveSlot !== null && environment.image !== null;
  const settings = head.config.stages.preview;
  const change = classifyChanges({
    modules: head.modules,
    installed: living ? environment.installed : installedMap(target),
    wanted: wantedModules(head),
    repositoryChanged: living,
    tests: settings.tests,
  });
  const key = sha256(
    head.config.odoo.series,
    base.digest,
    target.lockHash,
    String(settings.demo),
    ...wantedModules(target).map((name) => `${name} ${target.modules.find((module) => module.name === name)?.hash}`),
  ).slice(0, 16);
  const template = `${templatePrefix(slipway)}${environment.project.replaceAll('-', '_')}_${key}`.slice(0, 60);
  const facts: PreviewFacts = {
    project: environment.project,
    environment: environment.id,
    stage: 'preview',
    number: environment.number ?? 0,
    host: environment.host,
    url: slipway.url(environment.host),
    database: environment.database,
    role: environment.role,
    series: head.config.odoo.series,
    build: wish.build,
    base,
    image: imageFacts(environment.project, head, base),
    template: {
      key,
      database: template,
      role: template,
      fresh: { image: imageFacts(environment.project, target, base), install: wantedModules(target) },
      ready: await slipway.ports.templates.ready(key),
    },
    change,
    modules: head.modules.map((module) => module.name),
    wanted: wantedModules(head),
    existing: living
      ? {
          slot: environment.liveSlot ?? 'blue',
          image: environment.image ?? '',
          awake: !environment.asleep,
        }
      : null,
    fresh: wish.fresh,
    settings: {
      demo: settings.demo,
      testTags: settings.tests ? (settings.test_tags ?? testTags(change.changes)) : null,
      memoryBytes: bytes(settings.memory),
      cpus: settings.cpus,
      workers: settings.workers,
      bootSeconds: seconds(settings.boot_timeout),
      updateSeconds: seconds(settings.update_timeout),
      variables: settings.environment,
      secretNames: settings.secrets,
      parameters: settings.parameters,
    },
  };
  return { facts, installed: installedMap(head) };
};

const templatePrefix = (slipway: Slipway): string => `slipway_${slipway.instance}_tpl_`;

/** The target branch's head; a project whose first slipway.yaml comes with this pull request starts from an empty Odoo. */
const targetCommit = async (
  repository: SourceRepository,
  base: string | null,
  head: CommitContent,
): Promise<CommitContent> => {
  const sha = await repository.resolve(base ?? (await repository.defaultBranch()));
  try {
    const target = await readCommit(repository, sha, null);
    return { ...target, lockHash: head.lockHash };
  } catch (error) {
    if (error instanceof Failure && error.row.fault === 'user') return { ...head, modules: [], roots: [] };
    throw error;
  }
};

const testTags = (changes: readonly { name: string; action: string }[]): string =>
  changes
    .filter((change) => change.action === 'update' || change.action === 'install')
    .map((change) => `/${change.name}`)
    .join(',');

const coreByImage = new Map<string, ReadonlySet<string>>();

/** Names of the modules that Odoo itself brings: asked of the image once per digest. */
const coreModules = async (slipway: Slipway, base: BaseImage): Promise<ReadonlySet<string>> => {
  const known = coreByImage.get(base.digest);
  if (known !== undefined) return known;
  const found = coreNames(await slipway.ports.builder.list(base.reference, CORE_ADDONS), base.reference);
  coreByImage.set(base.digest, found);
  return found;
};
