import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { formatProblems } from '@slipway/contracts/config-problem';
import { Failure } from '@slipway/contracts/failure';
import type { Settings } from '../config.ts';
import { Secret } from '../domain/secret.ts';
import { openGitRepository } from '../drivers/git/git-repository.ts';
import type { EncryptedSecrets } from '../drivers/secrets/index.ts';
import { dockerAt } from '../drivers/shared/docker-engine.ts';
import type { Slipway } from '../flows/slipway.ts';
import type { Administration } from '../http/admin.ts';
import type { Grant } from '../http/authorise.ts';
import { passwordOf } from '../http/previews.ts';
import { dataPaths } from '../paths.ts';
import { queuePositions } from '../store/claim-run.ts';
import { countLive } from '../store/environments.ts';
import { listProjects, saveProject } from '../store/projects.ts';
import { queryOne } from '../store/queryable.ts';
import { previewViews } from '../views/preview-view.ts';
import { examine } from './doctor/examine.ts';
import { remoteOf } from './drivers.ts';
import { edgeAnswers } from './edge-process.ts';

export const VERSION = '0.1.0';

export interface AdministrationFacts {
  readonly settings: Settings;
  readonly secrets: EncryptedSecrets;
  readonly managed: boolean;
  readonly startedAt: Date;
  readonly projectAdded: () => Promise<void>;
}

export const openAdministration = (slipway: Slipway, facts: AdministrationFacts): Administration => ({
  status: (grant) => status(slipway, facts, grant),
  addProject: async (folder) => {
    const name = await addProject(slipway, facts.settings, folder);
    await facts.projectAdded();
    return name;
  },
  listSecrets: (project) => facts.secrets.list(project),
  setSecret: (project, stage, name, value, who) =>
    facts.secrets.set({ project, stage, name, value: new Secret(value), by: who }),
  rotateSecrets: () => facts.secrets.rotate(),
  doctor: () =>
    examine({
      ...{ settings: facts.settings, db: slipway.db, managed: facts.managed, url: slipway.url },
      now: () => slipway.clock.now(),
    }),
});

const status = async (slipway: Slipway, { settings, managed, startedAt }: AdministrationFacts, grant: Grant) => {
  const positions = await queuePositions(slipway.db);
  const previews = await previewViews(
    slipway.db,
    { project: null, id: null, closed: false, sight: grant.sight },
    passwordOf(slipway, grant),
  );
  const projects = await Promise.all(
    (await listProjects(slipway.db, grant.sight)).map(async (project) => ({
      name: project.name,
      series: project.config.odoo.series,
      source: remoteOf(project),
      live: await countLive(slipway.db, project.name),
      queued: previews.filter(
        (preview) => preview.project === project.name && preview.run !== null && positions.has(preview.run),
      ).length,
      max: project.config.stages.preview.max,
    })),
  );
  const server = await queryOne<{ version: string }>(
    slipway.db,
    `select current_setting('server_version') as version`,
  ).catch(() => null);
  const docker = (await dockerAt(settings.dockerSocket)
    .version()
    .catch(() => null)) as {
    Version: string;
  } | null;
  return {
    version: VERSION,
    instance: slipway.instance,
    startedAt: startedAt.toISOString(),
    edge: { url: slipway.url(settings.domain), listening: await edgeAnswers(settings) },
    database: { ok: server !== null, version: server?.version ?? null, managed },
    docker: { ok: docker !== null, version: docker?.Version ?? null },
    projects,
    previews,
  };
};

/** Reads the folder's slipway.yaml and remembers the project; the same folder again takes what changed in it. */
const addProject = async (slipway: Slipway, settings: Settings, folder: string): Promise<string> => {
  const text = await readFile(join(folder, 'slipway.yaml'), 'utf8').catch(() => null);
  if (text === null) throw new Failure('config-missing', { where: folder });
  const parsed = parseProjectConfig(text);
  if (!parsed.ok) throw new Failure('config-invalid', { problems: formatProblems(parsed.problems) });
  const { config } = parsed;
  const url = remoteOf({ source: config.source, folder });
  const data = dataPaths(settings.data).repositories;
  const repository = await openGitRepository({ url, data, clock: slipway.clock });
  await saveProject(slipway.db, {
    name: config.name,
    config,
    source: config.source,
    folder,
    defaultBranch: await repository.defaultBranch(),
  });
  return config.name;
};
