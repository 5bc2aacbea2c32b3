/** The PostgreSQL that Slipway runs itself when it is given none: a container that outlives the control plane. */
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import Docker from 'dockerode';
import pg from 'pg';
import { Secret } from '../../../domain/secret.ts';
import type { DatabaseAccess } from '../../../ports/workload.ts';

export interface ManagedSettings {
  readonly socket: string;
  readonly instance: string;
  /** Absolute folder for cluster, socket and password. */
  readonly folder: string;
  readonly image: string;
}

export interface ManagedPostgres {
  readonly url: Secret;
  readonly access: DatabaseAccess;
}

const PORT = 5432;
const START_SECONDS = 60;
/** Where both Debian's and the registry's image keep the programs of version 17. */
const PROGRAMS = '/usr/lib/postgresql/17/bin';

const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '300',
  shared_buffers: '256MB',
  password_encryption: 'scram-sha-256',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
};

export const containerName = (instance: string): string => `slipway-${instance}-postgres`;

/** Starts it, or finds it running. The cluster is made once; the container may be removed at any time without losing it. */
export const startManagedPostgres = async (settings: ManagedSettings): Promise<ManagedPostgres> => {
  const docker = new Docker({ socketPath: settings.socket });
  const data = join(settings.folder, 'data');
  const sockets = join(settings.folder, 'socket');
  const password = await ensurePassword(settings.folder);
  const container = docker.getContainer(containerName(settings.instance));
  const info = await container.inspect().catch((error: { statusCode?: number }) => {
    if (error.statusCode === 404) return undefined;
    throw new Failure('docker-unreachable', { reason: String(error) });
  });
  if (info === undefined) {
    const user = await imageUser(docker, settings);
    for (const folder of [data, sockets]) {
      await mkdir(folder, { recursive: true });
      await chown(folder, user.uid, user.gid);
    }
    await chmod(sockets, 0o755);
    await initialise(docker, settings, user, password);
    await create(docker, settings, user);
  }
  if (info === undefined || !info.State.Running) await container.start().catch(unlessRunning);
  const port = Number(
    (await container.inspect()).HostConfig.PortBindings?.[`${PORT}/tcp`]?.[0]?.HostPort ??
      (await publishedPort(container)),
  );
  const url = new Secret(`postgresql://postgres:${password.reveal()}@127.0.0.1:${port}/postgres`);
  await awaitAnswer(url);
  return { url, access: { host: '127.0.0.1', port: PORT, socketFolder: sockets } };
};

const unlessRunning = (error: { statusCode?: number }): void => {
  if (error.statusCode !== 304) throw error;
};

const publishedPort = async (container: Docker.Container): Promise<string> =>
  (await container.inspect()).NetworkSettings.Ports[`${PORT}/tcp`]?.[0]?.HostPort ?? '0';

const ensurePassword = async (folder: string): Promise<Secret> => {
  const file = join(folder, 'password');
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await writeFile(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return new Secret((await readFile(file, 'utf8')).trim());
};

const labels = (settings: ManagedSettings, role: string) => ({
  'slipway.instance': settings.instance,
  'slipway.environment': '',
  'slipway.role': role,
});

const runOnce = async (
  docker: Docker,
  settings: ManagedSettings,
  options: Docker.ContainerCreateOptions,
): Promise<{ status: number; output: string }> => {
  const container = await docker.createContainer({
    Image: settings.image,
    Cmd: [],
    Tty: true,
    ...options,
    Labels: labels(settings, 'database-setup'),
  });
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    const output = ((await container.logs({ stdout: true, stderr: true })) as Buffer).toString('utf8');
    return { status: StatusCode, output };
  } finally {
    await container.remove({ force: true });
  }
};

const imageUser = async (docker: Docker, settings: ManagedSettings): Promise<{ uid: number; gid: number }> => {
  const { output } = await runOnce(docker, settings, {
    Entrypoint: ['/usr/bin/id', 'postgres'],
    HostConfig: { NetworkMode: 'none' },
  });
  const found = /uid=(\d+)\S* gid=(\d+)/.exec(output);
  if (found === null)
    throw new Failure('base-image-missing', { image: settings.image, reason: 'it has no user postgres' });
  return { uid: Number(found[1]), gid: Number(found[2]) };
};

/** A cluster that is half made is made again: PG_VERSION is what initdb leaves when it got through, put aside until then. */
const initialise = async (
  docker: Docker,
  settings: ManagedSettings,
  user: { uid: number; gid: number },
  password: Secret,
): Promise<void> => {
  const data = join(settings.folder, 'data');
  const made = await readFile(join(data, 'cluster', 'slipway-made'), 'utf8').then(
    () => true,
    () => false,
  );
  if (made) return;
  await rm(join(data, 'cluster'), { recursive: true, force: true });
  const passwordFile = join(data, 'initial-password');
  await writeFile(passwordFile, password.reveal(), { mode: 0o400 });
  await chown(passwordFile, user.uid, user.gid);
  const { status, output } = await runOnce(docker, settings, {
    Entrypoint: [`${PROGRAMS}/initdb`],
    Cmd: [
      '-D',
      '/pgdata/cluster',
      '-U',
      'postgres',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--auth=scram-sha-256',
      '--pwfile=/pgdata/initial-password',
    ],
    User: `${user.uid}:${user.gid}`,
    HostConfig: { NetworkMode: 'none', Binds: [`${data}:/pgdata`] },
  });
  await rm(passwordFile, { force: true });
  if (status !== 0)
    throw new Failure('database-refused', {
      reason: `initdb ended with ${status}: ${output.trim().split('\n').at(-1)}`,
    });
  await writeFile(join(data, 'cluster', 'slipway-made'), '');
  await writeFile(
    join(data, 'cluster', 'pg_hba.conf'),
    'local all all scram-sha-256\nhost all all all scram-sha-256\n',
  );
};

const create = async (docker: Docker, settings: ManagedSettings, user: { uid: number; gid: number }): Promise<void> => {
  const port = await freePort();
  await docker.createContainer({
    name: containerName(settings.instance),
    Image: settings.image,
    Entrypoint: [`${PROGRAMS}/postgres`],
    Cmd: [
      '-D',
      '/pgdata/cluster',
      '-c',
      'listen_addresses=*',
      '-c',
      'unix_socket_directories=/pgsocket',
      ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    User: `${user.uid}:${user.gid}`,
    ExposedPorts: { [`${PORT}/tcp`]: {} },
    Labels: labels(settings, 'database'),
    StopSignal: 'SIGINT',
    HostConfig: {
      Binds: [`${join(settings.folder, 'data')}:/pgdata`, `${join(settings.folder, 'socket')}:/pgsocket`],
      PortBindings: { [`${PORT}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      RestartPolicy: { Name: 'unless-stopped' },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ShmSize: 256 * 1024 * 1024,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    },
  });
};

/** Chosen once and kept with the container: a restart of Docker must not move the database. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const awaitAnswer = async (url: Secret): Promise<void> => {
  const until = Date.now() + START_SECONDS * 1000;
  for (;;) {
    const client = new pg.Client({ connectionString: url.reveal(), connectionTimeoutMillis: 3000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (Date.now() > until)
        throw new Failure('database-unreachable', { reason: String((error as Error).message) }, error);
      await new Promise((resolve) => setTimeout(resolve, 150));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
};

/** Stops and removes the container; the cluster stays in its folder. */
export const removeManagedPostgres = async (settings: Pick<ManagedSettings, 'socket' | 'instance'>): Promise<void> => {
  const docker = new Docker({ socketPath: settings.socket });
  const container = docker.getContainer(containerName(settings.instance));
  await container.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404) throw error;
  });
};
