import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import type { OdooProcess } from '../../../ports/workload.ts';
import type { DockerClient } from './client.ts';
import { dockerFailure, orDockerFailure, unlessStatus } from './failures.ts';
import { type Network, networkBody, networkName, ownSubnets } from './requests.ts';

const NO_POOL_LEFT = /could not find an available|fully subnetted/i;
const OVERLAPS = /overlaps/i;

interface Place {
  readonly environment: string;
  readonly outside?: OdooProcess['outside'];
}

/** The environment's network, made where it is not there. Behind walls, its door is open when this returns, so that nothing starts without. */
export const ensureNetwork = async (client: DockerClient, { environment, outside }: Place): Promise<Network> => {
  const network = await present(client, environment, outside !== 'anything');
  if (outside !== 'anything')
    await client.settings.gateway.open({
      environment,
      address: network.gateway,
      subnet: network.subnet,
      allow: outside ?? [],
    });
  return network;
};

/** After that, somebody may have removed it. */
const FRESH_MILLISECONDS = 10_000;

/**
 * Making a network and opening its door takes as long as a small database: it goes on beside that. Whoever boots or removes waits
 * until it has ended, so that neither meets half of it.
 */
export const expectedNetworks = (
  client: DockerClient,
): { begin(place: Place): void; take(place: Place): Promise<Network | null> } => {
  const underWay = new Map<
    string,
    Promise<{ readonly network: Network; readonly at: number; readonly outside: string } | null>
  >();
  return {
    begin: (place) => {
      const before = underWay.get(place.environment) ?? Promise.resolve(null);
      const work = before
        .then(() => ensureNetwork(client, place))
        .then(
          (network) => ({ network, at: performance.now(), outside: doorOf(place) }),
          // Whoever boots tries again, and says what is wrong.
          () => null,
        );
      underWay.set(place.environment, work);
    },
    /** Once; null: make sure of it. */
    take: async (place) => {
      const made = await underWay.get(place.environment);
      underWay.delete(place.environment);
      const fits = made != null && performance.now() - made.at < FRESH_MILLISECONDS && made.outside === doorOf(place);
      return fits ? made.network : null;
    },
  };
};

/** What its door lets through, to be compared. */
const doorOf = ({ outside }: Place): string => JSON.stringify(outside ?? []);

const present = async (client: DockerClient, environment: string, walled: boolean): Promise<Network> => {
  const { instance } = client.settings;
  const body = networkBody(instance, environment, walled);
  try {
    await unlessStatus(() => client.docker.createNetwork(body), 409);
  } catch (error) {
    if (!NO_POOL_LEFT.test(String(error))) throw dockerFailure(error);
    await createInOwnRange(client, environment, body);
  }
  const name = networkName(instance, environment, walled);
  const info = (await orDockerFailure(() => client.docker.getNetwork(name).inspect())) as Docker.NetworkInspectInfo;
  const [range] = info.IPAM?.Config ?? [];
  const { Gateway: gateway, Subnet: subnet } = range ?? {};
  if (gateway === undefined || subnet === undefined)
    throw new Failure('docker-unreachable', { reason: `network ${name} has no gateway` });
  return { name, id: info.Id, gateway, subnet, walled };
};

const createInOwnRange = async (
  { docker }: DockerClient,
  environment: string,
  body: Docker.NetworkCreateOptions,
): Promise<void> => {
  for (const Subnet of ownSubnets(environment)) {
    try {
      await unlessStatus(() => docker.createNetwork({ ...body, IPAM: { Config: [{ Subnet }] } }), 409);
      return;
    } catch (error) {
      if (!OVERLAPS.test(String(error))) throw dockerFailure(error);
    }
  }
  throw new Failure('docker-unreachable', { reason: 'no network is free any more; close some previews' });
};

/** Networks go with the environment's last container, a stopped one included: it could not start again without. */
export const removeNetworks = async (client: DockerClient, environment: string): Promise<void> => {
  const { instance, gateway } = client.settings;
  const filters = { label: [`slipway.instance=${instance}`, `slipway.environment=${environment}`] };
  const left = await orDockerFailure(() => client.docker.listContainers({ all: true, filters }));
  if (left.length > 0) return;
  const networks = await orDockerFailure(() => client.docker.listNetworks({ filters }));
  if (networks.length === 0) return;
  // The door first: its address may be another environment's as soon as the network is gone.
  await gateway.close(environment);
  for (const { Name } of networks)
    await orDockerFailure(() => unlessStatus(() => client.docker.getNetwork(Name).remove(), 404, 403, 409));
};
