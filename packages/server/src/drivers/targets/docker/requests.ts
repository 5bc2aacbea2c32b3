/** Pure: what we want, as the bodies of Docker's API (https://docs.docker.com/engine/api/v1.41/). */
import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { MAIL_HOST, PROXY_HOST, PROXY_PORT } from '../../../domain/egress.ts';
import type { DatabaseAccess, JobSpec, OdooProcess, SlotName, SlotSpec } from '../../../ports/workload.ts';
import { bridgeName } from '../../shared/bridge-name.ts';
import { ownerSlug } from '../../shared/owner-slug.ts';

export const CONFIG_FOLDER = '/etc/slipway';
export const CONFIG_FILE = 'odoo.conf';
export const RESOLV_FILE = 'resolv.conf';

export const slotContainer = (instance: string, name: SlotName): string =>
  `slipway-${instance}-${ownerSlug(name.environment)}-${name.slot}`;
export const jobContainer = (instance: string, job: { environment: string; name: string }): string =>
  `slipway-${instance}-${ownerSlug(job.environment)}-job-${ownerSlug(job.name)}`;
/** What a network is for is in its name: one of another kind, or of an older version, is another network. */
export const networkName = (instance: string, environment: string, walled: boolean): string =>
  `slipway-${instance}-${ownerSlug(environment)}${walled ? '-walled' : '-open'}`;

/**
 * Who gets the processor when there is not enough of it; nothing is lost while there is. A job (install, update, tests) is what nobody looks
 * at; an Odoo is what people look at; Docker gives 1024 to everything else, and the server's own process and database come before both.
 */
export const CPU_SHARES = { job: 128, slot: 512 } as const;

/** Changes whenever anything about the process changes; secrets count by their hash and cannot be read back from it. */
export const specHash = (spec: OdooProcess, imageId: string, network: Network): string => {
  const secrets = Object.entries(spec.secrets).map(([name, value]) => [name, digest(value.reveal())]);
  return digest(
    JSON.stringify([
      imageId,
      spec.command,
      spec.variables,
      secrets,
      digest(spec.config.reveal()),
      spec.mounts,
      spec.limits,
      network.id,
    ]),
  );
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** An environment's network as it is; `gateway` is the bridge's own address on this machine, where the door is. */
export interface Network {
  readonly name: string;
  readonly id: string;
  readonly gateway: string;
  readonly subnet: string;
  readonly walled: boolean;
}

export interface ContainerFacts {
  readonly instance: string;
  readonly environment: string;
  readonly role: string;
  /** Null: none at all, only its own loopback. */
  readonly network: Network | null;
  /** Name by which odoo.conf calls the database, where that is to lead to the gateway. */
  readonly databaseName: string | null;
  /** Host folder with odoo.conf, mounted read only. */
  readonly configFolder: string;
  readonly spec: string;
  readonly restart: boolean;
  readonly stdin: boolean;
}

/** Odoo as little trusted as it can be: no capabilities, no new privileges, read-only system, limits on memory, CPU and processes. */
export const containerBody = (process: OdooProcess, facts: ContainerFacts): Docker.ContainerCreateOptions => ({
  Image: process.image,
  Cmd: [...process.command],
  Env: [
    'HOME=/var/lib/odoo',
    'PYTHONUNBUFFERED=1',
    // Odoo reads the file that this names before it looks at --config: an image's own would be judged with what is not used.
    `ODOO_RC=${CONFIG_FOLDER}/odoo.conf`,
    ...Object.entries({ ...proxyVariables(facts), ...process.variables }).map(([name, value]) => `${name}=${value}`),
    ...Object.entries(process.secrets).map(([name, value]) => `${name}=${value.reveal()}`),
  ],
  Labels: {
    ...process.labels,
    'slipway.instance': facts.instance,
    'slipway.environment': facts.environment,
    'slipway.role': facts.role,
    'slipway.spec': facts.spec,
  },
  OpenStdin: facts.stdin,
  StdinOnce: facts.stdin,
  AttachStdin: facts.stdin,
  StopTimeout: 15,
  HostConfig: {
    NetworkMode: facts.network?.name ?? 'none',
    ExtraHosts: extraHosts(facts),
    Binds: [
      `${facts.configFolder}:${CONFIG_FOLDER}:ro`,
      // Over Docker's own: its resolver asks the host's name server for everybody, and a name can carry data out.
      ...(facts.network?.walled === true ? [`${facts.configFolder}/${RESOLV_FILE}:/etc/resolv.conf:ro`] : []),
      ...process.mounts.map((mount) => `${mount.from}:${mount.to}:${mount.readOnly ? 'ro' : 'rw'}`),
    ],
    Memory: process.limits.memoryBytes,
    // The same figure: no swap, so that a limit means what it says.
    MemorySwap: process.limits.memoryBytes,
    NanoCpus: Math.round(process.limits.cpus * 1e9),
    // What is not started again is a job.
    CpuShares: facts.restart ? CPU_SHARES.slot : CPU_SHARES.job,
    PidsLimit: 512,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: true,
    Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=256m', '/run/lock': 'rw,size=1m' },
    RestartPolicy: facts.restart ? { Name: 'unless-stopped' } : { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
  },
});

/** A walled network has no way out, and a bridge whose name the firewall's rules know. */
export const networkBody = (instance: string, environment: string, walled: boolean): Docker.NetworkCreateOptions => ({
  Name: networkName(instance, environment, walled),
  Driver: 'bridge',
  Internal: walled,
  CheckDuplicate: true,
  ...(walled ? { Options: { 'com.docker.network.bridge.name': bridgeName(instance, environment) } } : {}),
  Labels: { 'slipway.instance': instance, 'slipway.environment': environment },
});

/** Docker's own pools hold 31 networks; beyond that an environment gets one of 4096 small ones out of this range. */
const OWN_RANGE = [10, 213] as const;
const OWN_NETWORKS = 4096;

/** Subnets with room for 13 containers, in the order in which this environment should try them. */
export function* ownSubnets(environment: string): Generator<string> {
  const first = Number.parseInt(digest(environment).slice(0, 8), 16) % OWN_NETWORKS;
  for (let step = 0; step < OWN_NETWORKS; step++) {
    const number = ((first + step) % OWN_NETWORKS) * 16;
    yield `${OWN_RANGE.join('.')}.${number >> 8}.${number & 255}/28`;
  }
}

export const slotRole = (spec: SlotSpec): string => `slot-${spec.slot}`;
export const jobRole = (job: JobSpec): string => `job-${job.name}`;

/** What a walled container is told to go through: programs that heed it are refused with a reason instead of hanging. */
const proxyVariables = ({ network, databaseName }: ContainerFacts): Record<string, string> => {
  if (network?.walled !== true) return {};
  const proxy = `http://${PROXY_HOST}:${PROXY_PORT}`;
  const near = [
    'localhost',
    '.localhost',
    '127.0.0.1',
    '::1',
    MAIL_HOST,
    ...(databaseName === null ? [] : [databaseName]),
  ];
  const direct = near.join(',');
  // Not `http_proxy`: wkhtmltopdf reads it, takes no notice of `no_proxy`, and would ask us for the styles of its own Odoo's report.
  return { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, https_proxy: proxy, NO_PROXY: direct, no_proxy: direct };
};

const extraHosts = ({ network, databaseName }: ContainerFacts): string[] => {
  if (network?.walled !== true) return [];
  return [MAIL_HOST, PROXY_HOST, ...(databaseName === null ? [] : [databaseName])].map(
    (name) => `${name}:${network.gateway}`,
  );
};

export const databaseName = (access: DatabaseAccess): string | null =>
  access.socketFolder === null ? access.host : null;

/** The gateway answers for names of the list, and writes down all others. */
export const resolvConf = (network: Network): string =>
  `nameserver ${network.gateway}\noptions ndots:0 timeout:3 attempts:2\n`;
