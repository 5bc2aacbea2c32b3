import { isIP } from 'node:net';
import { Failure } from '@slipway/contracts/failure';
import type { Pool } from 'pg';
import type { Settings } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { DATABASE_HOST, DATABASE_PORT } from '../domain/egress.ts';
import { Secret } from '../domain/secret.ts';
import { openDockerBuilder } from '../drivers/builders/docker/index.ts';
import { openProcessChecks } from '../drivers/checks/process/index.ts';
import { openCopier } from '../drivers/databases/postgres/copy/index.ts';
import { openPostgres, type PostgresDriver } from '../drivers/databases/postgres/index.ts';
import { reviveManagedPostgres, startManagedPostgres } from '../drivers/databases/postgres/managed.ts';
import { openRecoveryServers } from '../drivers/databases/postgres/recovery/index.ts';
import { openSpace } from '../drivers/databases/postgres/space.ts';
import { openWalSource } from '../drivers/databases/postgres/wal/index.ts';
import { gatewayAt } from '../drivers/egress/gateway/ask.ts';
import { openFilestores } from '../drivers/filestores/index.ts';
import { type GitRepository, openGitRepository } from '../drivers/git/git-repository.ts';
import { odooReference, POSTGRES_REFERENCE } from '../drivers/images/recipes.ts';
import { resolveImage } from '../drivers/images/resolve-base.ts';
import type { GithubHost } from '../drivers/scm/github/github-host.ts';
import { httpProbe } from '../drivers/shared/http-probe.ts';
import { openDockerTarget } from '../drivers/targets/docker/index.ts';
import { openDockerTerminals } from '../drivers/targets/docker/terminals/index.ts';
import { openDockerUsage } from '../drivers/targets/docker/usage.ts';
import { dataPaths } from '../paths.ts';
import type { Inventory } from '../ports/inventory.ts';
import type { SecretStore } from '../ports/secret-store.ts';
import type { Terminals } from '../ports/terminals.ts';
import type { Usage } from '../ports/usage.ts';
import type { DatabaseAccess } from '../ports/workload.ts';
import type { StepPorts } from '../steps/step.ts';
import { openRequests } from '../store/open-requests.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { routeTable } from '../store/routes.ts';
import { sightings } from '../store/sightings.ts';
import { snapshotTable } from '../store/snapshots.ts';
import { templateTable } from '../store/templates.ts';
import { openSnapshotStores } from './snapshot-stores.ts';

export interface DatabaseHost {
  readonly url: Secret;
  readonly access: DatabaseAccess;
  /** Where the server is, for the gateway, if containers do not reach it by socket. */
  readonly address: { readonly host: string; readonly port: number } | null;
  readonly managed: boolean;
  /** Brings back a server of ours that is gone: true when it was. A user's own server is the user's. */
  readonly revive?: () => Promise<boolean>;
}

/** Found here, or pulled; the one made from Debian's archive where no registry has it. */
export const databaseImage = (settings: Settings): Promise<string> =>
  resolveImage(settings.dockerSocket, settings.postgresImage ?? 'postgres:17', [POSTGRES_REFERENCE]);

/** The user's own server, or one that Slipway runs. */
export const openDatabaseHost = async (settings: Settings, instance: string): Promise<DatabaseHost> => {
  if (settings.databaseUrl !== undefined) {
    const url = new URL(settings.databaseUrl);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // A name stays what it is, so that a certificate still fits it; `localhost` would be the container itself.
    const inside = isIP(host) !== 0 || host === 'localhost' ? DATABASE_HOST : host;
    const access = { host: inside, port: DATABASE_PORT, socketFolder: null };
    const address = { host, port: Number(url.port || 5432) };
    return { url: new Secret(settings.databaseUrl), access, address, managed: false };
  }
  const image = await databaseImage(settings);
  const folder = dataPaths(settings.data).postgres;
  const place = { socket: settings.dockerSocket, instance, folder, image };
  const { url, access, port } = await startManagedPostgres(place);
  // The port that everybody was told stays.
  return { url, access, address: null, managed: true, revive: () => reviveManagedPostgres({ ...place, port }) };
};

/** `odoo:19.0` is what a slipway.yaml without an image means; only then may the one made from Debian stand in. */
const resolveBase = (settings: Settings) => (reference: string) => {
  const series = /^odoo:(\d+\.\d+)$/.exec(reference)?.[1];
  return resolveImage(settings.dockerSocket, reference, series === undefined ? [] : [odooReference(series)]);
};

/** An image with PostgreSQL's programs: the one that Slipway's own server runs on, where it is new enough. */
const toolsImage = (settings: Settings) => (major: number) =>
  major <= 17 ? (settings.postgresImage ?? POSTGRES_REFERENCE) : `postgres:${major}`;

/** Of exactly that version: another one does not read the data folder. */
const recoveryImage = async (settings: Settings, major: number): Promise<string | null> => {
  if (major === 17) return databaseImage(settings);
  return resolveImage(settings.dockerSocket, `postgres:${major}`, []).catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'base-image-missing') return null;
    throw error;
  });
};

export interface Drivers {
  readonly ports: StepPorts;
  readonly inventories: readonly Inventory[];
  readonly databases: PostgresDriver;
  readonly terminals: Terminals;
  readonly usage: Usage;
  /** Ends what was begun and nobody waits for. */
  stop(): void;
}

export const openDrivers = (
  settings: Settings,
  facts: {
    readonly instance: string;
    readonly host: DatabaseHost;
    readonly db: Pool;
    readonly secrets: SecretStore;
    readonly github: GithubHost | null;
  },
): Drivers => {
  const paths = dataPaths(settings.data);
  const { instance, host, db } = facts;
  const socket = settings.dockerSocket;
  const postgres = openPostgres({ url: host.url, instance, access: host.access });
  const gateway = gatewayAt(paths.gatewaySocket);
  const target = { socket, instance, dataFolder: settings.data, database: host.access, gateway };
  const workload = openDockerTarget(target);
  const filestores = openFilestores(paths.filestores);
  const repositories = new Map<string, Promise<GitRepository>>();
  const { github } = facts;
  const repository = async (name: string): Promise<GitRepository> => {
    const project = await projectByName(db, name);
    const url = remoteOf(project);
    // GitHub's token goes to GitHub's address only.
    const token =
      github !== null && isAtGithub(project) ? { token: () => github.cloneToken(project.repository ?? '') } : {};
    const open =
      repositories.get(url) ?? openGitRepository({ url, data: paths.repositories, clock: systemClock, ...token });
    repositories.set(url, open);
    return open;
  };
  const checks = openProcessChecks();
  const ports: StepPorts = {
    workload,
    databases: postgres,
    space: openSpace(postgres, host.managed ? paths.postgres : (settings.databaseFolder ?? null)),
    sql: postgres,
    addresses: postgres,
    copier: openCopier({ tools: { docker: socket, image: toolsImage(settings) } }),
    wal: openWalSource(systemClock),
    recovery: openRecoveryServers({
      ...{ root: paths.recovery, instance, docker: socket, programs: '/usr/lib/postgresql' },
      image: (major) => recoveryImage(settings, major),
    }),
    stores: openSnapshotStores(paths.snapshots, facts.secrets),
    snapshots: snapshotTable(db),
    pool: postgres,
    builder: openDockerBuilder({ socket, instance, resolveBase: resolveBase(settings) }),
    filestores,
    secrets: facts.secrets,
    sightings: sightings(db),
    routes: routeTable(db),
    openRequests: openRequests(db),
    templates: templateTable(db),
    probe: httpProbe,
    checks,
    repository,
    releases: async (name) => {
      const project = await projectByName(db, name);
      if (github !== null && isAtGithub(project)) return github.releases(project.repository ?? '');
      return (await repository(name)).release;
    },
  };
  const inventories = [workload, postgres, filestores];
  const terminals = openDockerTerminals(target);
  const usage = openDockerUsage(target);
  return { ports, databases: postgres, terminals, usage, inventories, stop: () => checks.stop() };
};

const isAtGithub = ({ repository, source }: Project): boolean => repository !== null && source.git === undefined;

/** An address given in slipway.yaml, else GitHub's, else the folder that it lies in. */
export const remoteOf = (project: {
  source: { git?: string | undefined; github?: string | undefined };
  folder: string | null;
}): string =>
  project.source.git ??
  (project.source.github === undefined ? (project.folder ?? '') : `https://github.com/${project.source.github}.git`);
