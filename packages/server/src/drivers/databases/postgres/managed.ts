/** A PostgreSQL that Slipway runs itself: one container, data and socket in host folders, reachable on 127.0.0.1 only. */
import { randomBytes } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import { Secret } from '../../../domain/secret.ts';
import type { DatabaseAccess } from '../../../ports/workload.ts';
import { askDocker, askDockerOr, dockerReason, dockerStatus } from '../../shared/docker-engine.ts';
import { AdminClient, verifierOf } from './client.ts';
import { execute, removeContainer, runOnce } from './managed-client.ts';
import { emptyFolders, ensureFolders, freePort, keepNumber, keepSecret, managedFolders } from './managed-files.ts';
import {
  containerBody,
  initBody,
  type ManagedFolders,
  managedName,
  networkBody,
  SOCKET_PORT,
} from './managed-requests.ts';
import { quoteText } from './quote.ts';

export interface ManagedSettings {
  readonly docker: Docker;
  readonly instance: string;
  /** Slipway's data folder; everything of this server goes below `postgres` in it. */
  readonly dataFolder: string;
  /** An image with PostgreSQL 17 in /usr/lib/postgresql/17 and a user postgres. */
  readonly image: string;
  /** TCP port on 127.0.0.1; default: a free one, the same at every start. */
  readonly port?: number;
}

export interface ManagedPostgres {
  /** Of the superuser; the database is the control plane's. */
  readonly url: Secret;
  readonly access: DatabaseAccess;
  /** `17.5 (Debian …)` */
  readonly version: string;
}

const CONTROL_DATABASE = 'slipway';
const READY_SECONDS = 60;
const PORT_TRIES = 5;

/**
 * Starts the server, or finds it running; a second call changes nothing.
 * Failures: docker-unreachable (retry), base-image-missing, disk-full, database-unreachable (not ready in 60 s; retry).
 */
export const startManagedPostgres = async (settings: ManagedSettings): Promise<ManagedPostgres> => {
  const folders = managedFolders(settings.dataFolder);
  await ensureFolders(folders);
  const password = await keepSecret(folders.password, () => randomBytes(24).toString('hex'));
  const image = await askDockerOr(null, () => settings.docker.getImage(settings.image).inspect());
  if (image === null)
    throw new Failure('base-image-missing', { image: settings.image, reason: 'it is not on this machine' });
  await initialise(settings, folders);
  const port = await ensureRunning(settings, folders, image.Id);
  await giveSuperuserPassword(settings, password);
  const url = (database: string): Secret =>
    new Secret(`postgres://postgres:${password.reveal()}@127.0.0.1:${port}/${database}`);
  const version = await prepareServer(new AdminClient(url('postgres')));
  return {
    url: url(CONTROL_DATABASE),
    access: { host: '127.0.0.1', port: SOCKET_PORT, socketFolder: folders.socket },
    version,
  };
};

/** Takes the server away; with `data` also everything in it. Safe to repeat. */
export const removeManagedPostgres = async (
  settings: Pick<ManagedSettings, 'docker' | 'instance' | 'dataFolder' | 'image'>,
  options: { readonly data: boolean },
): Promise<void> => {
  const name = managedName(settings.instance);
  await askDockerOr(undefined, () => settings.docker.getContainer(name).stop({ t: 20 }));
  await removeContainer(settings.docker, name);
  await askDockerOr(undefined, () => settings.docker.getNetwork(name).remove());
  if (options.data) await emptyFolders(settings, managedFolders(settings.dataFolder));
};

const initialise = async (settings: ManagedSettings, folders: ManagedFolders): Promise<void> => {
  // As root for the owner of the folders only: with a Docker of one's own, a control plane without root rights works too.
  const { exitCode, output } = await runOnce(settings.docker, initBody(settings, folders));
  if (exitCode === 0) return;
  const reason = output.trim().split('\n').slice(-5).join('\n');
  if (/no space left/i.test(output)) throw new Failure('disk-full', { reason });
  throw new Failure('database-refused', { reason: `initdb: ${reason}` });
};

/** Returns the port. A port that somebody took meanwhile is replaced by another. */
const ensureRunning = async (settings: ManagedSettings, folders: ManagedFolders, imageId: string): Promise<number> => {
  await askDocker(async () => {
    const { docker } = settings;
    if ((await askDockerOr(null, () => docker.getNetwork(managedName(settings.instance)).inspect())) === null)
      await docker.createNetwork(networkBody(settings.instance));
  });
  for (let attempt = 1; ; attempt++) {
    const port = settings.port ?? (await keepNumber(folders.port, freePort));
    try {
      await startContainer(settings, folders, { port, imageId });
      return port;
    } catch (error) {
      const taken = /port is already allocated|address already in use/i.test(dockerReason(error));
      if (!taken || settings.port !== undefined || attempt === PORT_TRIES) throw error;
      await removeContainer(settings.docker, managedName(settings.instance));
      await keepNumber(folders.port, freePort, { again: true });
    }
  }
};

const startContainer = async (
  settings: ManagedSettings,
  folders: ManagedFolders,
  wanted: { readonly port: number; readonly imageId: string },
): Promise<void> => {
  const { docker, instance } = settings;
  const name = managedName(instance);
  const body = containerBody(settings, folders, wanted);
  const present = await askDockerOr(null, () => docker.getContainer(name).inspect());
  if (present !== null && present.Config.Labels['slipway.spec'] !== body.Labels?.['slipway.spec']) {
    await askDockerOr(undefined, () => docker.getContainer(name).stop({ t: 20 }));
    await removeContainer(docker, name);
  }
  try {
    await askDocker(() => docker.createContainer({ ...body, name }));
  } catch (error) {
    if (dockerStatus(error) !== 409) throw error;
  }
  await askDockerOr(undefined, () => docker.getContainer(name).start());
};

/** Over the socket, where the system user postgres is trusted: heals a lost or changed password file. */
const giveSuperuserPassword = async (settings: ManagedSettings, password: Secret): Promise<void> => {
  const statement = `ALTER ROLE postgres PASSWORD ${quoteText(verifierOf(password))}`;
  const until = Date.now() + READY_SECONDS * 1000;
  for (;;) {
    const { exitCode, output } = await execute(settings.docker, managedName(settings.instance), [
      'psql',
      '-X',
      '-q',
      '-h',
      '/run/slipway-pg',
      '-d',
      'postgres',
      '-v',
      'ON_ERROR_STOP=1',
      '-c',
      statement,
    ]);
    if (exitCode === 0) return;
    if (Date.now() > until) throw new Failure('database-unreachable', { reason: output.trim() });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

/** The control plane's database, closed to all roles of environments; `template1` too. `postgres` stays open: Odoo's health check opens it. */
const prepareServer = (admin: AdminClient): Promise<string> =>
  admin.locked('managed', async (session) => {
    const [found] = await session.run('SELECT 1 FROM pg_database WHERE datname = $1', [CONTROL_DATABASE]);
    if (found === undefined) await session.run(`CREATE DATABASE ${CONTROL_DATABASE}`);
    await session.run(`REVOKE ALL ON DATABASE ${CONTROL_DATABASE}, template1 FROM PUBLIC`);
    await session.run('REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC');
    const [row] = await session.run(`SELECT current_setting('server_version') AS version`);
    return String(row?.version);
  });
