import { Failure } from '@slipway/contracts/failure';
import type { Inventory, OwnedThing } from '../../../ports/inventory.ts';
import type { LogOptions, SlotName, SlotSpec, TargetCapabilities, Workload } from '../../../ports/workload.ts';
import { DockerClient, demultiplex } from './client.ts';
import { orDockerFailure, unlessStatus } from './failures.ts';
import { runJob } from './jobs.ts';
import { logLines } from './lines.ts';
import { ensureNetwork, expectedNetworks, removeNetworks } from './networks.ts';
import { containerBody, databaseName, type Network, slotContainer, slotRole, specHash } from './requests.ts';
import type { DockerSettings } from './settings.ts';
import { slotState } from './state.ts';

const CAN: TargetCapabilities = { runsOdoo: true, blueGreen: true, sleep: true };

/** Odoo in containers of this host's Docker Engine. */
export const openDockerTarget = (settings: DockerSettings): Workload & Inventory => {
  const client = new DockerClient(settings);
  const nameOf = (name: SlotName): string => slotContainer(settings.instance, name);
  const expected = expectedNetworks(client);
  return {
    kind: 'docker',
    can: CAN,
    expect: (place) => expected.begin(place),
    boot: async (spec) => boot(client, spec, await expected.take(spec)),
    stop: async (name, graceSeconds) => {
      const container = client.docker.getContainer(nameOf(name));
      await orDockerFailure(() => unlessStatus(() => container.stop({ t: graceSeconds }), 304, 404));
      return { asked: `stop ${nameOf(name)}`, answered: {} };
    },
    start: async (name) => {
      const container = client.docker.getContainer(nameOf(name));
      await orDockerFailure(() => unlessStatus(() => container.start(), 304));
      return { asked: `start ${nameOf(name)}`, answered: {} };
    },
    remove: async (name) => {
      await expected.take(name);
      await client.removeContainer(nameOf(name));
      await client.removeConfig(nameOf(name));
      await removeNetworks(client, name.environment);
      return { asked: `remove ${nameOf(name)}`, answered: {} };
    },
    state: async (name) => slotState(await client.inspect(nameOf(name))),
    runJob: (job, onLine, signal) => runJob(client, job, onLine, signal),
    logs: (name, options) => logs(client, nameOf(name), options),
    owned: () => owned(client),
    discard: (thing) => discard(client, thing),
  };
};

const boot = async (client: DockerClient, spec: SlotSpec, made: Network | null) => {
  const { instance } = client.settings;
  const name = slotContainer(instance, spec);
  const parts = [
    client.image(spec.image),
    client.inspect(name),
    // Also where the container is there: its network may have been removed meanwhile, and its door may be shut.
    made ?? ensureNetwork(client, spec),
  ] as const;
  // Each to its end: a network that was made after a missing image had been told would be left when the slot is removed.
  await Promise.allSettled(parts);
  const [image, present, network] = await Promise.all(parts);
  const hash = specHash(spec, image.Id, network);
  if (present !== undefined && present.Config.Labels['slipway.spec'] !== hash) await client.removeContainer(name);
  if (present === undefined || present.Config.Labels['slipway.spec'] !== hash)
    await create(client, name, spec, { hash, network });
  await orDockerFailure(() => unlessStatus(() => client.docker.getContainer(name).start(), 304));
  const info = await client.inspect(name);
  return { asked: `run ${spec.image} as ${name}`, answered: { container: info?.Id ?? null, image: image.Id } };
};

const create = async (
  client: DockerClient,
  name: string,
  spec: SlotSpec,
  { hash, network }: { readonly hash: string; readonly network: Network },
): Promise<void> => {
  await client.giveMounts(spec);
  const configFolder = await client.writeConfig(name, spec, network);
  const body = containerBody(spec, {
    instance: client.settings.instance,
    environment: spec.environment,
    role: slotRole(spec),
    network,
    databaseName: databaseName(client.settings.database),
    configFolder,
    spec: hash,
    restart: true,
    stdin: false,
  });
  const ports = { 'slipway.http-port': String(spec.httpPort), 'slipway.websocket-port': String(spec.websocketPort) };
  await orDockerFailure(() =>
    unlessStatus(() => client.docker.createContainer({ ...body, name, Labels: { ...body.Labels, ...ports } }), 409),
  );
};

async function* logs(client: DockerClient, name: string, options: LogOptions): AsyncIterable<string> {
  const container = client.docker.getContainer(name);
  const began = options.since === 'start' ? (await client.inspect(name))?.State.StartedAt : options.since;
  const since = began === undefined ? {} : { since: Date.parse(began) / 1000 };
  const common = { stdout: true, stderr: true, tail: options.tail, ...since } as const;
  if (!options.follow) {
    const log = await orDockerFailure(() => container.logs({ ...common, follow: false }));
    yield* demultiplex(log as Buffer)
      .split('\n')
      .filter((line) => line !== '');
    return;
  }
  const stream = await orDockerFailure(() => container.logs({ ...common, follow: true, abortSignal: options.signal }));
  try {
    yield* logLines(client.docker, stream as unknown as NodeJS.ReadableStream);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}

const owned = async (client: DockerClient): Promise<OwnedThing[]> => {
  const filters = { label: [`slipway.instance=${client.settings.instance}`] };
  const containers = await orDockerFailure(() => client.docker.listContainers({ all: true, filters }));
  const networks = await orDockerFailure(() => client.docker.listNetworks({ filters }));
  return [
    ...containers.map((one) => ({
      kind: 'container' as const,
      name: one.Names[0]?.slice(1) ?? one.Id,
      owner: one.Labels['slipway.environment'] ?? '',
      createdAt: new Date(one.Created * 1000).toISOString(),
    })),
    ...networks.map((one) => ({
      kind: 'network' as const,
      name: one.Name,
      owner: one.Labels?.['slipway.environment'] ?? '',
      createdAt: one.Created ?? null,
    })),
  ];
};

const discard = async (client: DockerClient, thing: OwnedThing): Promise<void> => {
  if (thing.kind === 'container') {
    await client.removeContainer(thing.name);
    await client.removeConfig(thing.name);
  } else if (thing.kind === 'network') {
    if (thing.owner !== '') await client.settings.gateway.close(thing.owner);
    await orDockerFailure(() => unlessStatus(() => client.docker.getNetwork(thing.name).remove(), 404, 403));
  } else throw new Failure('kind-unknown', { what: 'thing of Docker', kind: thing.kind, known: 'container, network' });
};
