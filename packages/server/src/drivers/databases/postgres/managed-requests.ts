/** Pure: the container of the managed server, as bodies of Docker's API. */
import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { SOCKET_PORT } from './sockets.ts';

export interface ManagedFolders {
  readonly root: string;
  readonly data: string;
  /** Mounted into Odoo's containers, too. */
  readonly socket: string;
  readonly config: string;
  readonly password: string;
  readonly port: string;
}

const BINARIES = '/usr/lib/postgresql/17/bin';
const DATA = '/var/lib/slipway-pg';
const CLUSTER = `${DATA}/cluster`;
/** Put there when initdb got through: PG_VERSION alone is written at its beginning. */
const MADE = `${CLUSTER}/slipway-made`;
export const SOCKET = '/run/slipway-pg';
const CONFIG = '/etc/slipway-pg';
const AS_POSTGRES = 'setpriv --reuid=postgres --regid=postgres --clear-groups';

export const managedName = (instance: string): string => `slipway-${instance}-postgres`;

/** Not `slipway.instance`: the reaper compares that label with environments, and this server belongs to none. */
const labels = (instance: string) => ({ 'slipway.system': instance, 'slipway.role': 'postgres' });

/** Passwords over the socket, too. The container's own system user comes in without, into a database that nobody else opens: to set the superuser's. */
export const HEALING_DATABASE = 'template1';
export const HOST_RULES = [
  `local ${HEALING_DATABASE} postgres peer`,
  'local all all scram-sha-256',
  'local replication all scram-sha-256',
  'host all all all scram-sha-256',
  'host replication all all scram-sha-256',
  '',
].join('\n');

/**
 * For databases that come and go: many connections, few of them busy. `wal_level=replica` and fsync stay, so that
 * point-in-time recovery can be switched on without a restart of everything and a power cut loses nothing.
 */
const SERVER_SETTINGS = {
  listen_addresses: '*',
  unix_socket_directories: SOCKET,
  hba_file: `${CONFIG}/pg_hba.conf`,
  password_encryption: 'scram-sha-256',
  max_connections: 300,
  shared_buffers: '256MB',
  wal_level: 'replica',
  // Copies of databases go through the log as whole pages, and every commit waits until what stands before it there is on disk.
  wal_compression: 'lz4',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // Whoever reads the log and stays away does not fill the disk: its place is lost, and a new copy makes up for it.
  max_slot_wal_keep_size: '8GB',
  log_min_error_statement: 'panic',
} as const;

export const networkBody = (instance: string): Docker.NetworkCreateOptions => ({
  Name: managedName(instance),
  Driver: 'bridge',
  CheckDuplicate: true,
  Labels: labels(instance),
});

const hardened = (binds: readonly string[]): Docker.HostConfig => ({
  Binds: [...binds],
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  ReadonlyRootfs: true,
  Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=256m' },
  LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
});

interface Named {
  readonly instance: string;
  readonly image: string;
}

/** Once, as root of its own container: gives the folders to postgres and makes the cluster if there is none. */
export const initBody = ({ instance, image }: Named, folders: ManagedFolders): Docker.ContainerCreateOptions => ({
  Image: image,
  User: 'root',
  Entrypoint: ['/bin/sh', '-ec'],
  Cmd: [
    [
      `chown postgres:postgres ${DATA} ${SOCKET}`,
      `chmod 0700 ${DATA}`,
      `chmod 0755 ${SOCKET}`,
      `if [ -e ${MADE} ]; then exit 0; fi`,
      `rm -rf ${CLUSTER}`,
      `${AS_POSTGRES} ${BINARIES}/initdb -D ${CLUSTER} --encoding=UTF8 --locale=C.UTF-8 --data-checksums --auth=reject`,
      `${AS_POSTGRES} touch ${MADE}`,
    ].join('\n'),
  ],
  Labels: labels(instance),
  HostConfig: {
    ...hardened([`${folders.data}:${DATA}`, `${folders.socket}:${SOCKET}`]),
    NetworkMode: 'none',
    CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETUID', 'SETGID'],
  },
});

/**
 * Beside the group of all other containers, not in it: that one has used up its turn as long as anything is built, and who is in there waits with
 * it, whatever its own share. Where Docker makes the groups itself, at the top, so that its share counts: a group around it would have Docker's default
 * one. Null: Docker has no groups, or names them in a way we do not know.
 */
export const cgroupParent = (driver: string | undefined): string | null => {
  if (driver === 'cgroupfs') return '/';
  return driver === 'systemd' ? 'slipway.slice' : null;
};

export const containerBody = (
  { instance, image }: Named,
  folders: ManagedFolders,
  wanted: { readonly port: number; readonly imageId: string; readonly cgroupParent: string | null },
): Docker.ContainerCreateOptions => {
  const body: Docker.ContainerCreateOptions = {
    Image: image,
    User: 'postgres',
    Entrypoint: [`${BINARIES}/postgres`],
    Cmd: ['-D', CLUSTER, ...Object.entries(SERVER_SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    Env: [`PATH=${BINARIES}:/usr/local/bin:/usr/bin:/bin`],
    // Inside the container the port is the one in the socket's name, too.
    ExposedPorts: { [`${SOCKET_PORT}/tcp`]: {} },
    // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
    StopSignal: 'SIGINT',
    StopTimeout: 30,
    HostConfig: {
      ...hardened([`${folders.data}:${DATA}`, `${folders.socket}:${SOCKET}`, `${folders.config}:${CONFIG}:ro`]),
      NetworkMode: managedName(instance),
      PortBindings: { [`${SOCKET_PORT}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(wanted.port) }] },
      RestartPolicy: { Name: 'unless-stopped' },
      // Everybody waits for it: before the Odoos (512) and their jobs (128) when there is too little processor.
      CpuShares: 2048,
      ...(wanted.cgroupParent === null ? {} : { CgroupParent: wanted.cgroupParent }),
      // Parallel queries share memory there; Docker's default of 64 MB is too little.
      ShmSize: 256 * 1024 * 1024,
    },
  };
  const spec = createHash('sha256')
    // The server reads its rules when it starts.
    .update(JSON.stringify([wanted.imageId, body, HOST_RULES]))
    .digest('hex')
    .slice(0, 32);
  return { ...body, Labels: { ...labels(instance), 'slipway.spec': spec } };
};
