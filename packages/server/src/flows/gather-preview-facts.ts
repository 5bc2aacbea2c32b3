import { Failure } from '@slipway/contracts/failure';
import type { GuardConsequence } from '@slipway/contracts/guards-config';
import { bytes, type ProjectConfig, type StagingSettings, seconds } from '@slipway/contracts/project-config';
import type { InstalledModules } from '../domain/modules.ts';
import { classifyChanges } from '../odoo/classify-changes.ts';
import { checkDependencies } from '../odoo/module-graph.ts';
import type { EnvironmentFacts, PreviewFacts, TemplateFacts } from '../plan/preview-facts.ts';
import type { BaseImage } from '../ports/image-builder.ts';
import type { SourceRepository } from '../ports/source-repository.ts';
import type { Environment } from '../store/environments.ts';
import { type CommitContent, coreModules, imageFacts, readCommit, sha256 } from './read-commit.ts';
import type { Slipway } from './slipway.ts';
import { copyTemplate, templateDatabase } from './snapshot-template.ts';

/** Modules to install: those named, else every installable one of the repository. */
export const wantedModules = (commit: CommitContent): string[] => {
  const named = commit.config.stages.preview.install;
  const installable = commit.modules.filter((module) => module.installable).map((module) => module.name);
  return named.length > 0 ? named.filter((name) => installable.includes(name)) : installable;
};

export const installedMap = (commit: CommitContent, names = wantedModules(commit)): InstalledModules => {
  const wanted = new Set(names);
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

type Runtime = ProjectConfig['stages']['preview'] | StagingSettings;

/** What a stage says of its containers, in the planner's words. */
export const runtimeOf = (settings: Runtime): Omit<EnvironmentFacts['settings'], 'demo' | 'testTags' | 'guards'> => ({
  memoryBytes: bytes(settings.memory),
  cpus: settings.cpus,
  workers: settings.workers,
  bootSeconds: seconds(settings.boot_timeout),
  updateSeconds: seconds(settings.update_timeout),
  variables: settings.environment,
  secretNames: settings.secrets,
  outside: settings.egress.allow,
  parameters: settings.parameters,
});

/** A pull request may ask for more than its target branch does, and not for less: it is what is judged. */
const consequenceOf = (...configs: readonly ProjectConfig[]): GuardConsequence =>
  configs.some(({ guards }) => guards.previews === 'block') ? 'block' : 'report';

export const servedBy = (environment: Environment): NonNullable<EnvironmentFacts['existing']> => ({
  slot: environment.liveSlot ?? 'blue',
  image: environment.image ?? '',
  awake: !environment.asleep,
});

const targetOf = async (repository: SourceRepository, { base }: Environment): Promise<string> =>
  repository.resolve(base ?? (await repository.defaultBranch()));

/** Everything the planner asks of the world, in one place. */
export const gatherPreviewFacts = async (
  slipway: Slipway,
  environment: Environment,
  wish: { readonly fresh: boolean; readonly build: string },
): Promise<GatheredFacts> => {
  const repository = await slipway.ports.repository(environment.project);
  await repository.fetch(environment.headSha);
  const reading = readCommit(repository, environment.headSha);
  const [first, base, targetSha] = await Promise.all([
    reading,
    reading.then(({ config: { odoo } }) => slipway.ports.builder.base(odoo.image ?? `odoo:${odoo.series}`)),
    targetOf(repository, environment),
  ]);
  const head = { ...first, lockHash: sha256(base.digest, first.lockHash) };
  const target = await targetCommit(repository, targetSha, head);
  checkDependencies(head.modules, await coreModules(slipway, base), {
    wanted: wantedModules(head),
    series: head.config.odoo.series,
  });
  const living = !wish.fresh && environment.liveSlot !== null && environment.image !== null;
  const change = classifyChanges({
    modules: head.modules,
    installed: living ? environment.installed : installedMap(target),
    wanted: wantedModules(head),
    repositoryChanged: living,
    tests: head.config.stages.preview.tests,
  });
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
    template: await templateFacts(slipway, environment.project, { head, target, base }),
    change,
    modules: head.modules.map((module) => module.name),
    wanted: wantedModules(head),
    existing: living ? servedBy(environment) : null,
    fresh: wish.fresh,
    settings: settingsOf(head, target, change.changes),
  };
  return { facts, installed: installedMap(head) };
};

const settingsOf = (
  { config }: CommitContent,
  target: CommitContent,
  changes: EnvironmentFacts['change']['changes'],
): EnvironmentFacts['settings'] => {
  const settings = config.stages.preview;
  return {
    demo: settings.demo,
    testTags: settings.tests ? (settings.test_tags ?? testTags(changes)) : null,
    guards: consequenceOf(config, target.config),
    ...runtimeOf(settings),
  };
};

/** What the preview's database is copied from: the target branch's modules freshly installed, or the copy that staging was last refreshed with. */
const templateFacts = async (
  slipway: Slipway,
  project: string,
  { head, target, base }: { readonly head: CommitContent; readonly target: CommitContent; readonly base: BaseImage },
): Promise<TemplateFacts> => {
  const settings = head.config.stages.preview;
  if (settings.data === 'staging') return copyTemplate(slipway, project);
  const key = sha256(
    head.config.odoo.series,
    base.digest,
    target.lockHash,
    String(settings.demo),
    ...wantedModules(target).map((name) => `${name} ${target.modules.find((module) => module.name === name)?.hash}`),
  ).slice(0, 16);
  const database = templateDatabase(slipway, project, key);
  return {
    key,
    database,
    role: database,
    fresh: { image: imageFacts(project, target, base), install: wantedModules(target) },
    ready: await slipway.ports.templates.ready(key),
  };
};

/** The target branch's head; a project whose first slipway.yaml comes with this pull request starts from an empty Odoo. */
const targetCommit = async (repository: SourceRepository, sha: string, head: CommitContent): Promise<CommitContent> => {
  try {
    const target = await readCommit(repository, sha);
    return { ...target, lockHash: head.lockHash };
  } catch (error) {
    if (error instanceof Failure && error.row.fault === 'user') return { ...head, modules: [], roots: [] };
    throw error;
  }
};

export const testTags = (changes: readonly { name: string; action: string }[]): string =>
  changes
    .filter((change) => change.action === 'update' || change.action === 'install')
    .map((change) => `/${change.name}`)
    .join(',');
