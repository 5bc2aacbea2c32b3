/** What the planner is told of a stage's environment and the commit that it is to run. */
import { Failure } from '@slipway/contracts/failure';
import { bytes, type ProjectConfig, seconds } from '@slipway/contracts/project-config';
import type { ModulePlan } from '@slipway/contracts/views';
import { classifyChanges } from '../odoo/classify-changes.ts';
import { checkDependencies } from '../odoo/module-graph.ts';
import type { EnvironmentFacts } from '../plan/preview-facts.ts';
import { startBuild } from '../store/builds.ts';
import { type Environment, setEnvironment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import type { Run } from '../store/runs.ts';
import { lastServedRun } from '../store/served-runs.ts';
import { installedMap, runtimeOf, testTags } from './gather-preview-facts.ts';
import { type CommitContent, coreModules, imageFacts, readCommit, sha256 } from './read-commit.ts';
import type { Draft, RunFacts } from './run-facts.ts';
import type { Slipway } from './slipway.ts';

interface StageSettings {
  readonly tests: boolean;
  readonly testTags: string | null;
  readonly runtime: ReturnType<typeof runtimeOf>;
}

/** What the commit says of its stage; where it says nothing, what the project said when it was added. */
const settingsOf = (commit: ProjectConfig, project: ProjectConfig, stage: 'staging' | 'production'): StageSettings => {
  if (stage === 'staging') {
    const settings = commit.stages.staging ?? project.stages.staging ?? commit.stages.preview;
    return { tests: settings.tests, testTags: settings.test_tags ?? null, runtime: runtimeOf(settings) };
  }
  const settings = commit.stages.production ?? project.stages.production;
  if (settings === undefined) throw new Failure('stage-missing', { project: project.name, stage });
  // Staging has run the tests, on data that nobody needs.
  return {
    tests: false,
    testTags: null,
    runtime: {
      memoryBytes: bytes(settings.memory),
      cpus: settings.cpus,
      workers: settings.workers,
      bootSeconds: seconds(settings.boot_timeout),
      updateSeconds: seconds(settings.update_timeout),
      variables: settings.environment,
      secretNames: settings.secrets,
      // It has to do its work: mails, payments, carriers.
      outside: 'anything',
      parameters: {},
    },
  };
};

const wantedOf = ({ modules }: CommitContent, names: readonly string[] | 'all'): string[] => {
  const known = names === 'all' ? null : new Set(names);
  return modules
    .filter(({ name, installable }) => installable && (known === null || known.has(name)))
    .map(({ name }) => name);
};

export interface StageDraft {
  readonly facts: EnvironmentFacts;
  readonly installed: Environment['installed'];
  /** Figures of the project's own that an update may not change. */
  readonly invariants: ProjectConfig['invariants'];
  readonly commit: {
    readonly sha: string;
    readonly message: string;
    readonly author: string;
    readonly committedAt: string;
  };
}

export const gatherStageFacts = async (
  slipway: Slipway,
  run: Run,
  environment: Environment,
  data: {
    readonly stage: 'staging' | 'production';
    /** Modules that the database has, or is to have. */
    readonly names: readonly string[] | 'all';
    readonly fromSnapshot: boolean;
    /** The files that the data is of, where they are known although it comes from a snapshot. */
    readonly installed?: Environment['installed'];
    /** Memory, workers and time limits are production's. Default: the stage's own. */
    readonly limits?: 'production';
  },
): Promise<StageDraft> => {
  const project = await projectByName(slipway.db, environment.project);
  const repository = await slipway.ports.repository(environment.project);
  await repository.fetch();
  const sha = run.sha ?? (await repository.resolve(environment.branch ?? (await repository.defaultBranch())));
  const first = await readCommit(repository, sha);
  const settings = settingsOf(first.config, project.config, data.stage);
  const base = await slipway.ports.builder.base(first.config.odoo.image ?? `odoo:${first.config.odoo.series}`);
  const head = { ...first, lockHash: sha256(base.digest, first.lockHash) };
  const wanted = wantedOf(head, data.names);
  checkDependencies(head.modules, await coreModules(slipway, base), { wanted, series: head.config.odoo.series });
  // A snapshot brings every module to this commit: what changed is not known, and the tests of all would take hours.
  const tests = !data.fromSnapshot && settings.tests;
  const change = classifyChanges({
    modules: head.modules,
    // Production's own files are not known: whatever of the repository is installed there is brought to this commit.
    installed: data.installed ?? (data.fromSnapshot ? unknownFiles(wanted) : environment.installed),
    wanted,
    repositoryChanged: true,
    tests,
  });
  const facts: EnvironmentFacts = {
    project: environment.project,
    environment: environment.id,
    stage: data.stage,
    host: environment.host,
    url: environment.url ?? slipway.url(environment.host),
    database: environment.database,
    role: environment.role,
    series: head.config.odoo.series,
    build: run.id.replace(/^run_/, 'bld_'),
    base,
    image: imageFacts(environment.project, head, base),
    change,
    modules: head.modules.map(({ name }) => name),
    wanted,
    existing: null,
    settings: {
      demo: false,
      // Data that is to be replaced or restored does not wait for what is wrong with the code, which serves already.
      guards: data.stage === 'staging' && !data.fromSnapshot ? head.config.guards.staging : 'report',
      testTags: tests ? (settings.testTags ?? testTags(change.changes)) : null,
      ...settings.runtime,
      ...(data.limits === undefined ? {} : limitsOf(settingsOf(first.config, project.config, data.limits).runtime)),
    },
    smoke: head.config.smoke,
  };
  return {
    facts,
    installed: installedMap(head, wanted),
    invariants: head.config.invariants,
    commit: await repository.commit(sha),
  };
};

/** What a container gets and how long things may take: none of what it may do. */
const limitsOf = ({ memoryBytes, cpus, workers, bootSeconds, updateSeconds }: StageSettings['runtime']) => ({
  ...{ memoryBytes, cpus, workers, bootSeconds, updateSeconds },
});

const unknownFiles = (names: readonly string[]): Environment['installed'] =>
  Object.fromEntries(names.map((name) => [name, { hash: '', version: null, files: {} }]));

export const formerFacts = async (
  slipway: Slipway,
  environment: Environment,
  fallback: EnvironmentFacts,
): Promise<EnvironmentFacts> =>
  ((await lastServedRun(slipway.db, environment.id))?.facts as RunFacts | undefined)?.preview ?? fallback;

export const finishDraft = (
  slipway: Slipway,
  run: Run,
  draft: StageDraft,
  plan: Draft['plan'],
  snapshot?: string,
): Draft => {
  const { facts, installed, commit } = draft;
  const modules: ModulePlan[] = facts.change.changes.map(({ name, action, why, version }) => ({
    name,
    action,
    why,
    version,
  }));
  return {
    plan,
    facts: {
      ...(run.facts as RunFacts),
      build: facts.build,
      preview: facts,
      installed,
      ...(snapshot ? { snapshot } : {}),
    },
    remember: async () => {
      await startBuild(slipway.db, {
        id: facts.build,
        project: facts.project,
        run: run.id,
        sha: commit.sha,
        branch: null,
        message: commit.message,
        author: commit.author,
        committedAt: commit.committedAt,
        lockHash: facts.image.lockHash,
        contentHash: facts.image.contentHash,
      });
      await setEnvironment(slipway.db, facts.environment, { modules, headSha: commit.sha });
    },
  };
};
