/** Pure: what we want, as the bodies of Docker's API (https://docs.docker.com/engine/api/v1.41/). */
import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import type { JobSpec, OdooProcess, SlotName, SlotSpec } from '../../../ports/workload.ts';
import { ownerSlug } from '../../shared/owner-slug.ts';

export const CONFIG_FOLDER = '/etc/slipway';

export const slotContainer = (instance: string, name: SlotName): string =>
  `slipway-${instance}-${ownerSlug(name.environment)}-${name.slot}`;
export const jobContainer = (instance: string, job: { environment: string; name: string }): string =>
  `slipway-${instance}-${ownerSlug(job.environment)}-job-${ownerSlug(job.name)}`;
export const networkName = (instance: string, environment: string): string =>
  `slipway-${instance}-${ownerSlug(environment)}`;

/**
 * Who gets the processor when there is not enough of it; nothing is lost while there is. A job (install, update, tests) is what nobody looks
 * at; an Odoo is what people look at; Docker gives 1024 to everything else, and the server's own process and database come before both.
 */
export const CPU_SHARES = { job: 128, slot: 512 } as const;

/** Changes whenever anything about the process changes; secrets count by their hash and cannot be read back from it. */
export const specHash = (spec: OdooProcess, imageId: string): string => {
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
    ]),
  );
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

export interface ContainerFacts {
  readonly instance: string;
  readonly environment: string;
  readonly role: string;
  readonly network: string;
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
    ...Object.entries(process.variables).map(([name, value]) => `${name}=${value}`),
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
    NetworkMode: facts.network,
    Binds: [
      `${facts.configFolder}:${CONFIG_FOLDER}:ro`,
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

/** With a database socket nothing outside is needed, so the network has no way out. */
export const networkBody = (instance: string, environment: string, internal: boolean): Docker.NetworkCreateOptions => ({
  Name: networkName(instance, environment),
  Driver: 'bridge',
  Internal: internal,
  CheckDuplicate: true,
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
