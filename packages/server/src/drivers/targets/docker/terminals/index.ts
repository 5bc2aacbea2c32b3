import { Duplex, PassThrough } from 'node:stream';
import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import type { LeftTerminal, Terminal, TerminalSpec, Terminals } from '../../../../ports/terminals.ts';
import { DockerClient } from '../client.ts';
import { orDockerFailure, unlessStatus } from '../failures.ts';
import { removeNetworks } from '../networks.ts';
import { slotContainer } from '../requests.ts';
import type { DockerSettings } from '../settings.ts';
import { SHELL_LABEL, terminalBody, terminalContainer } from './requests.ts';

/** Shells as containers of their own: an `exec` in the serving one has no end that we could make. */
export const openDockerTerminals = (settings: DockerSettings): Terminals => {
  const client = new DockerClient(settings);
  const nameOf = (left: LeftTerminal): string => terminalContainer(settings.instance, left);
  return {
    open: async (spec) => openTerminal(client, await create(client, spec), spec),
    remove: async (left) => {
      await client.removeContainer(nameOf(left));
      await removeNetworks(client, left.environment);
    },
    left: async () => {
      const filters = { label: [`slipway.instance=${settings.instance}`, SHELL_LABEL] };
      const found = await orDockerFailure(() => client.docker.listContainers({ all: true, filters }));
      return found.map(({ Labels, Created }) => ({
        createdAt: new Date(Created * 1000).toISOString(),
        id: Labels[SHELL_LABEL] ?? '',
        environment: Labels['slipway.environment'] ?? '',
      }));
    },
  };
};

const create = async (client: DockerClient, spec: TerminalSpec): Promise<Docker.Container> => {
  const { instance, database } = client.settings;
  const served = await client.inspect(slotContainer(instance, spec.beside));
  if (served === undefined || !served.State.Running)
    throw new Failure('environment-not-running', { environment: spec.beside.environment, state: 'stopped' });
  const body = terminalBody(spec, served, { instance, byNetwork: database.socketFolder === null });
  const name = terminalContainer(instance, { id: spec.id, environment: spec.beside.environment });
  return orDockerFailure(() => client.docker.createContainer({ ...body, name }));
};

const openTerminal = async (
  client: DockerClient,
  container: Docker.Container,
  spec: TerminalSpec,
): Promise<Terminal> => {
  const stream = await orDockerFailure(() =>
    container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true }),
  );
  await orDockerFailure(() => container.start());
  const resize: Terminal['resize'] = async ({ columns, rows }) => {
    // 409: it has ended.
    await orDockerFailure(() => unlessStatus(() => container.resize({ w: columns, h: rows }), 404, 409, 500));
  };
  if (spec.size !== null) await resize(spec.size);
  return {
    bytes: spec.size === null ? undivided(client.docker, stream) : (stream as Duplex),
    resize,
    exitCode: async () => {
      const ended = await orDockerFailure(() => unlessStatus(() => container.wait(), 404, 409));
      return (ended as { readonly StatusCode: number } | undefined)?.StatusCode ?? null;
    },
  };
};

/** Without a terminal Docker puts a head before each piece, which tells output from errors: here they are one stream. */
const undivided = (docker: Docker, stream: NodeJS.ReadWriteStream): Duplex => {
  const shown = new PassThrough();
  docker.modem.demuxStream(stream, shown, shown);
  stream.once('end', () => shown.end());
  stream.once('close', () => shown.end());
  const both = Duplex.from({ readable: shown, writable: stream });
  both.once('close', () => (stream as Duplex).destroy());
  return both;
};
