/** What production consists of, as files for the documentation of its repository (G1). Asks, and changes nothing. */
import { createHash } from 'node:crypto';
import type { DescribedFileView, DescriptionView } from '@slipway/contracts/description-views';
import { asFailure } from '@slipway/contracts/failure';
import { csv } from '../domain/csv.ts';
import { CORE_ADDONS } from '../odoo/core-modules.ts';
import { type DescribedFile, describeDatabase, moduleStates } from '../odoo/description/database.ts';
import { crawl } from '../odoo/description/pages.ts';
import { readFolderTree } from '../odoo/file-tree.ts';
import { imageAddons } from '../plan/serve.ts';
import { loginOf } from '../steps/shared/odoo-database.ts';
import { type Environment, requireEnvironment } from '../store/environments.ts';
import { type Project, projectByName } from '../store/projects.ts';
import type { Run } from '../store/runs.ts';
import { type CommitContent, imageFacts, readCommit } from './read-commit.ts';
import { requireProduction } from './request-production.ts';
import type { RunEvidence } from './run-evidence.ts';
import type { Slipway } from './slipway.ts';

const CRAWL_MILLISECONDS = 60_000;

interface Subject {
  readonly project: Project;
  readonly live: Environment;
  readonly sha: string;
  readonly commit: CommitContent;
  readonly checkout: string;
}

/** Failures: stage-missing, production-external, production-empty; what a part of it cannot be asked is named in `missing`. */
export const describeProduction = async (slipway: Slipway, name: string): Promise<DescriptionView> => {
  const project = await projectByName(slipway.db, name);
  const live = await requireProduction(slipway, project);
  const repository = await slipway.ports.repository(name);
  const sha = live.liveSha ?? live.headSha;
  const subject = {
    ...{ project, live, sha },
    commit: await readCommit(repository, sha),
    checkout: await repository.checkout(sha),
  };
  const parts = await Promise.all(
    PARTS.map(async ([what, part]) => {
      try {
        return { files: await part(slipway, subject), missing: [] };
      } catch (error) {
        return { files: [], missing: [`${what}: ${asFailure(error).message}`] };
      }
    }),
  );
  const files = parts.flatMap((part) => part.files).map(sized);
  return {
    environment: live.id,
    sha,
    takenAt: slipway.clock.now().toISOString(),
    files: [...files, sized(manifestOf(live, sha, files))],
    missing: parts.flatMap(({ missing }) => missing),
  };
};

/** What a run has brought production to, for its evidence. Not having it is a pity, and no reason to call a deployment that serves a failure. */
export const keepDescription = async (
  slipway: Slipway,
  { run, database }: { readonly run: Run; readonly database: string },
  evidence: Pick<RunEvidence, 'keep' | 'log'>,
): Promise<void> => {
  try {
    const project = await projectByName(slipway.db, run.project);
    const environment = await requireEnvironment(slipway.db, run.environment);
    const sha = run.sha ?? environment.headSha;
    const repository = await slipway.ports.repository(run.project);
    const commit = await readCommit(repository, sha);
    const live = { ...environment, database };
    for (const { path, text } of await databaseFiles(slipway, { project, live, sha, commit, checkout: '' }))
      await evidence.keep(`deploy/${path}`, text);
  } catch (error) {
    evidence.log('step', `What production consists of could not be written down: ${asFailure(error).message}`);
  }
};

const sized = ({ path, text }: DescribedFile): DescribedFileView => ({
  path: `docs/${path}`,
  text,
  size: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
});

/** Without a time: the same production makes the same files. */
const manifestOf = ({ id }: Environment, sha: string, files: readonly DescribedFileView[]): DescribedFile => ({
  path: 'runtime/manifest.prod.json',
  text: json({ environment: id, sha, files: files.map(({ path, size, sha256 }) => ({ path, size, sha256 })) }),
});

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

type Part = (slipway: Slipway, subject: Subject) => Promise<readonly DescribedFile[]>;

const repositoryFiles: Part = async (slipway, { project, live, sha, checkout }) => {
  const repository = await slipway.ports.repository(project.name);
  const { author, message, committedAt } = await repository.commit(sha);
  const branch = project.config.stages.production?.branch ?? (await repository.defaultBranch());
  const head = (await repository.branches())[branch] ?? null;
  const { files, skippedLinks } = await readFolderTree(checkout);
  const state = {
    ...{ project: project.name, environment: live.id, url: live.url, image: live.image, sha },
    ...{ author, message, committed_at: committedAt, branch, branch_head: head },
    status:
      head === sha ? 'production serves the head of its branch' : 'production does not serve the head of its branch',
  };
  return [
    { path: 'repo/state.prod.json', text: json(state) },
    {
      path: 'repo/tree.prod.csv',
      text: csv(
        ['path', 'size', 'sha256'],
        files.map((file) => ({ ...file })),
      ),
    },
    ...(skippedLinks.length === 0
      ? []
      : [{ path: 'repo/links-not-followed.prod.txt', text: `${skippedLinks.join('\n')}\n` }]),
  ];
};

const databaseFiles: Part = async (slipway, { live, commit }) => {
  const login = await loginOf({ owner: live.id, database: live.database, role: live.role }, slipway.ports);
  return slipway.ports.sql.read(login, async (session) => {
    const states = await moduleStates(session);
    const rows = commit.modules.map(({ name, path, version, files, hash }) => {
      const installed = states.get(name);
      return {
        ...{ module: name, path, version, files: Object.keys(files).length, sha256: hash },
        ...{ state: installed?.state ?? 'unknown to Odoo', version_installed: installed?.version ?? null },
      };
    });
    const columns = ['module', 'path', 'version', 'version_installed', 'state', 'files', 'sha256'];
    return [{ path: 'repo/modules.prod.csv', text: csv(columns, rows) }, ...(await describeDatabase(session))];
  });
};

/** Whether every folder of addons is in the image that serves, and how much is in it. */
const addonsFiles: Part = async (slipway, { project, live, commit }) => {
  const base = await slipway.ports.builder.base(commit.config.odoo.image ?? `odoo:${commit.config.odoo.series}`);
  const folders = [...imageAddons(imageFacts(project.name, commit, base)), CORE_ADDONS];
  const rows = await Promise.all(
    folders.map(async (folder) => {
      const names = await slipway.ports.builder.list(live.image ?? base.reference, folder);
      return { folder, present: names.length > 0, entries: names.length };
    }),
  );
  return [{ path: 'runtime/addons-path.prod.csv', text: csv(['folder', 'present', 'entries'], rows) }];
};

const pageFiles: Part = async (slipway, { live }) => {
  const state = await slipway.ports.workload.state({ environment: live.id, slot: live.liveSlot ?? 'blue' });
  if (state.kind !== 'running') return [];
  const url = new URL(live.url ?? slipway.url(live.host));
  const http = (request: Parameters<Parameters<typeof crawl>[0]>[0], signal: AbortSignal) =>
    slipway.ports.probe.ask(state.upstream, url, request, signal);
  return [await crawl(http, AbortSignal.timeout(CRAWL_MILLISECONDS))];
};

const PARTS: readonly (readonly [string, Part])[] = [
  ['repository', repositoryFiles],
  ['database', databaseFiles],
  ['addons path', addonsFiles],
  ['pages', pageFiles],
];
