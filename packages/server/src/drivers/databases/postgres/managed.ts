/** A PostgreSQL that Slipway runs itself: one container, data and socket in host folders, reachable on 127.0.0.1 only. */
import { randomBytes } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import { quoteText } from '../../../domain/quote.ts';
import { Secret } from '../../../domain/secret.ts';
import type { DatabaseAccess } from '../../../ports/workload.ts';
import { askDocker, askDockerOr, dockerAt, dockerReason, dockerStatus } from '../../shared/docker-engine.ts';
import { AdminClient, verifierOf } from './client.ts';
import { execute, removeContainer, runOnce } from './managed-client.ts';
import {
  ensureFolders,
  freePort,
  keepNumber,
  keepSecret,
  type ManagedFolders,
  managedFolders,
} from './managed-files.ts';
import {
  cgroupParent,
  containerBody,
  HEALING_DATABASE,
  initBody,
  managedName,
  networkBody,
} from './managed-requests.ts';
import { SOCKET_PORT, socketFits, socketUrl } from './sockets.ts';

export interface ManagedSettings {
  /** Docker's socket. */
  readonly socket: string;
  readonly instance: string;
  /** Absolute folder for cluster, socket and password. */
  readonly folder: string;
  /** An image with PostgreSQL 17 in /usr/lib/postgresql/17 and a user postgres. */
  readonly image: string;
  /** TCP port on 127.0.0.1; default: a free one, the same at every start. */
  readonly port?: number;
}

export interface ManagedPostgres {
  /** Of the superuser, on the database `postgres`. */
  readonly url: Secret;
  readonly access: DatabaseAccess;
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** `17.5 (Debian …)` */
  readonly version: string;
}

const READY_SECONDS = 60;
const PORT_TRIES = 5;

/**
 * Starts the server, or finds it running; a second call changes nothing.
 * Failures: docker-unreachable (retry), base-image-missing, disk-full, database-unreachable (not ready in 60 s; retry).
 */
export const startManagedPostgres = async (settings: ManagedSettings): Promise<ManagedPostgres> => {
  const docker = dockerAt(settings.socket);
  const folders = managedFolders(settings.folder);
  await ensureFolders(folders);
  const password = await keepSecret(folders.password, () => randomBytes(24).toString('hex'));
  const image = await askDockerOr(null, () => docker.getImage(settings.image).inspect());
  if (image === null)
    throw new Failure('base-image-missing', { image: settings.image, reason: 'it is not on this machine' });
  const place = { docker, folders, settings };
  await initialise(place);
  const port = await ensureRunning(place, image.Id);
  await giveSuperuserPassword(place, password);
  const url = addressOf(folders.socket, { password, port });
  const access = { host: '127.0.0.1', port: SOCKET_PORT, socketFolder: folders.socket };
  return { url, access, port, version: await prepareServer(url) };
};

/**
 * Over its socket: what comes to a port of 127.0.0.1 is handed on by a program of Docker's, which reads and writes every byte once more and waits
 * for the processor like any other. By the port where the socket's path is longer than the kernel takes.
 */
const addressOf = (
  folder: string,
  { password, port }: { readonly password: Secret; readonly port: number },
): Secret => {
  const url = socketFits(folder)
    ? socketUrl(folder, 'postgres', 'postgres')
    : new URL(`postgresql://postgres@127.0.0.1:${port}/postgres`);
  url.password = password.reveal();
  return new Secret(url.toString());
};

/**
 * Starts the server's container when it does not run; true when it had to. Much less than a start: the cluster, its password and its
 * port are there. Failures: docker-unreachable (retry), base-image-missing, disk-full.
 */
export const reviveManagedPostgres = async (settings: ManagedSettings): Promise<boolean> => {
  const docker = dockerAt(settings.socket);
  const found = await askDockerOr(null, () => docker.getContainer(managedName(settings.instance)).inspect());
  // Docker is about to do it, or PostgreSQL is busy with its own recovery.
  if (found?.State.Running || found?.State.Restarting) return false;
  const image = await askDockerOr(null, () => docker.getImage(settings.image).inspect());
  if (image === null)
    throw new Failure('base-image-missing', { image: settings.image, reason: 'it is not on this machine' });
  await ensureRunning({ docker, folders: managedFolders(settings.folder), settings }, image.Id);
  return true;
};

interface Place {
  readonly docker: Docker;
  readonly folders: ManagedFolders;
  readonly settings: ManagedSettings;
}

/** Stops the server and takes its container away; the cluster stays in its folder. Safe to repeat. */
export const removeManagedPostgres = async (settings: Pick<ManagedSettings, 'socket' | 'instance'>): Promise<void> => {
  const docker = dockerAt(settings.socket);
  const name = managedName(settings.instance);
  await askDockerOr(undefined, () => docker.getContainer(name).stop({ t: 20 }));
  await removeContainer(docker, name);
  await askDockerOr(undefined, () => docker.getNetwork(name).remove());
};

const initialise = async ({ docker, folders, settings }: Place): Promise<void> => {
  const { exitCode, output } = await runOnce(docker, initBody(settings, folders));
  if (exitCode === 0) return;
  const reason = output.trim().split('\n').slice(-5).join('\n');
  if (/no space left/i.test(output)) throw new Failure('disk-full', { reason });
  throw new Failure('database-refused', { reason: `initdb: ${reason}` });
};

/** Returns the port. A port that somebody took meanwhile is replaced by another. */
const ensureRunning = async (place: Place, imageId: string): Promise<number> => {
  const { docker, folders, settings } = place;
  const name = managedName(settings.instance);
  if ((await askDockerOr(null, () => docker.getNetwork(name).inspect())) === null)
    await askDocker(() => docker.createNetwork(networkBody(settings.instance)));
  for (let attempt = 1; ; attempt++) {
    const port = settings.port ?? (await keepNumber(folders.port, freePort));
    try {
      await startContainer(place, { port, imageId });
      return port;
    } catch (error) {
      const taken = /port is already allocated|address already in use/i.test(dockerReason(error));
      if (!taken || settings.port !== undefined || attempt === PORT_TRIES) throw error;
      await removeContainer(docker, name);
      await keepNumber(folders.port, freePort, { again: true });
    }
  }
};

const startContainer = async (
  { docker, folders, settings }: Place,
  wanted: { readonly port: number; readonly imageId: string },
): Promise<void> => {
  const name = managedName(settings.instance);
  const { CgroupDriver } = (await askDocker(() => docker.info())) as { readonly CgroupDriver?: string };
  const body = containerBody(settings, folders, { ...wanted, cgroupParent: cgroupParent(CgroupDriver) });
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
const giveSuperuserPassword = async ({ docker, settings }: Place, password: Secret): Promise<void> => {
  const statement = `ALTER ROLE postgres PASSWORD ${quoteText(verifierOf(password))}`;
  const until = performance.now() + READY_SECONDS * 1000;
  for (;;) {
    const { exitCode, output } = await execute(docker, managedName(settings.instance), [
      'psql',
      '-X',
      '-q',
      '-h',
      '/run/slipway-pg',
      '-d',
      HEALING_DATABASE,
      '-v',
      'ON_ERROR_STOP=1',
      '-c',
      statement,
    ]);
    if (exitCode === 0) return;
    if (performance.now() > until) throw new Failure('database-unreachable', { reason: output.trim() });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

/** `template1` is closed to environments. `postgres` stays open, because Odoo's health check opens it; nothing can be left there. */
const prepareServer = async (url: Secret): Promise<string> => {
  const admin = new AdminClient(url);
  try {
    return await admin.locked('managed', async (session) => {
      await session.run('REVOKE ALL ON DATABASE template1 FROM PUBLIC');
      await session.run('REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC');
      const [row] = await session.run(`SELECT current_setting('server_version') AS version`);
      return String(row?.version);
    });
  } finally {
    await admin.end();
  }
};
