/** Pure: what we want of a shell's container, as the body of Docker's API. */
import type Docker from 'dockerode';
import type { LeftTerminal, TerminalSpec } from '../../../../ports/terminals.ts';
import { ownerSlug } from '../../../shared/owner-slug.ts';
import { CPU_SHARES } from '../requests.ts';

export const SHELL_LABEL = 'slipway.shell';

export const terminalContainer = (instance: string, { id, environment }: LeftTerminal): string =>
  `slipway-${instance}-${ownerSlug(environment)}-${id}`;

type Served = Pick<Docker.ContainerInspectInfo, 'Image' | 'Config' | 'HostConfig'>;

/** Odoo's folders of files, and the one in which the database's socket is. */
const FILES = '/var/lib/odoo';
const SOCKET = '/run/slipway-pg';
const RESOLV = '/etc/resolv.conf';

const targetOf = (bind: string): string => bind.split(':')[1] ?? '';

/** `file:target:rw` as `file:target:ro`. */
const readOnly = (bind: string): string => bind.split(':').slice(0, 2).concat('ro').join(':');

const bindsOf = ({ gets }: TerminalSpec, { HostConfig }: Served): string[] => {
  const binds = HostConfig.Binds ?? [];
  if (gets === 'served') return binds;
  const needed = new Set([SOCKET, RESOLV, ...(gets === 'files-read-only' ? [FILES] : [])]);
  return binds.filter((bind) => needed.has(targetOf(bind))).map(readOnly);
};

const commandOf = ({ command }: TerminalSpec): Pick<Docker.ContainerCreateOptions, 'Entrypoint' | 'Cmd'> =>
  'odoo' in command ? { Cmd: [...command.odoo] } : { Entrypoint: [command.program], Cmd: [...command.arguments] };

const variablesOf = (spec: TerminalSpec, { Config }: Served): string[] => {
  // Without them it has what the image brings, and no secret of the environment's.
  const own = spec.gets === 'served' ? Config.Env : ['HOME=/tmp'];
  const secrets = Object.entries(spec.secrets).map(([name, value]) => `${name}=${value.reveal()}`);
  const given = Object.entries(spec.variables).map(([name, value]) => `${name}=${value}`);
  return [...own, 'TERM=xterm-256color', ...given, ...secrets];
};

/** As little trusted as the serving one, with its limits; gone when it ends, since nobody starts it again. */
export const terminalBody = (
  spec: TerminalSpec,
  served: Served,
  facts: { readonly instance: string; readonly byNetwork: boolean },
): Docker.ContainerCreateOptions => {
  const { HostConfig, Config } = served;
  const connected = spec.gets === 'served' || facts.byNetwork;
  const terminal = spec.size !== null;
  return {
    Image: served.Image,
    ...commandOf(spec),
    Env: variablesOf(spec, served),
    Labels: {
      ...(Config.Labels['slipway.project'] === undefined
        ? {}
        : { 'slipway.project': Config.Labels['slipway.project'] }),
      'slipway.instance': facts.instance,
      'slipway.environment': spec.beside.environment,
      'slipway.role': 'shell',
      [SHELL_LABEL]: spec.id,
    },
    ...{ Tty: terminal, OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true },
    WorkingDir: spec.gets === 'nothing' ? '/tmp' : FILES,
    StopTimeout: 5,
    HostConfig: {
      NetworkMode: connected ? (HostConfig.NetworkMode ?? 'none') : 'none',
      ExtraHosts: connected ? (HostConfig.ExtraHosts ?? []) : [],
      Binds: bindsOf(spec, served),
      Memory: HostConfig.Memory ?? 0,
      MemorySwap: HostConfig.MemorySwap ?? 0,
      NanoCpus: HostConfig.NanoCpus ?? 0,
      CpuShares: CPU_SHARES.slot,
      PidsLimit: 512,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=256m', '/run/lock': 'rw,size=1m' },
      RestartPolicy: { Name: 'no' },
      // What it shows is recorded, masked; Docker keeps none of it.
      LogConfig: { Type: 'none', Config: {} },
    },
  };
};
