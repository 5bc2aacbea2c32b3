import { createHash } from 'node:crypto';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { formatProblems } from '@slipway/contracts/config-problem';
import { Failure } from '@slipway/contracts/failure';
import type { ProjectConfig } from '@slipway/contracts/project-config';
import type { OdooModule } from '../domain/modules.ts';
import { remember } from '../domain/remember.ts';
import { CORE_ADDONS, coreModules as coreNames } from '../odoo/core-modules.ts';
import { readFolderTree } from '../odoo/file-tree.ts';
import { scanModules } from '../odoo/scan-modules.ts';
import type { ImageFacts } from '../plan/preview-facts.ts';
import type { BaseImage } from '../ports/image-builder.ts';
import type { SourceRepository } from '../ports/source-repository.ts';
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

export const sha256 = (...parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
};

/** A pull request's commit is asked for again by each rebuild, and its target's by each pull request; a big one is megabytes. */
const MOST_CONTENTS = 8;
const readers = new WeakMap<SourceRepository, (sha: string) => Promise<CommitContent>>();

/** A commit never changes: it is read once while it is asked for. Failures: config-missing, config-invalid, manifest-invalid. */
export const readCommit = (repository: SourceRepository, sha: string): Promise<CommitContent> => {
  const reader = readers.get(repository) ?? remember(MOST_CONTENTS, (wanted) => readContent(repository, wanted));
  readers.set(repository, reader);
  return reader(sha);
};

const readContent = async (repository: SourceRepository, sha: string): Promise<CommitContent> => {
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

export const imageFacts = (project: string, commit: CommitContent, base: BaseImage): ImageFacts => ({
  sha: commit.sha,
  packages: commit.config.odoo.packages,
  requirements: commit.requirements,
  addons: commit.config.odoo.addons,
  roots: commit.roots,
  lockHash: commit.lockHash,
  contentHash: sha256(base.digest, commit.contentHash),
  reference: `slipway/${project}:sha-${commit.sha}`,
});

const coreByImage = new Map<string, ReadonlySet<string>>();

/** Names of the modules that Odoo itself brings: asked of the image once per digest. */
export const coreModules = async (slipway: Slipway, base: BaseImage): Promise<ReadonlySet<string>> => {
  const known = coreByImage.get(base.digest);
  if (known !== undefined) return known;
  const found = coreNames(await slipway.ports.builder.list(base.reference, CORE_ADDONS), base.reference);
  coreByImage.set(base.digest, found);
  return found;
};
