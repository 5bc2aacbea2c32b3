import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@slipway/contracts/failure';
import type { Receipt } from '../../../domain/receipt.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import type {
  JobResult,
  JobSpec,
  OdooProcess,
  SlotName,
  SlotSpec,
  SlotState,
  Workload,
} from '../../../ports/workload.ts';
import { fingerprint } from './client.ts';
import { type Serving, serveSlot } from './serve-slot.ts';
import type { MemoryContainer, MemoryWorld } from './world.ts';

const FOLLOW_MILLISECONDS = 10;
const nameOf = (name: SlotName): string => `${name.environment}-${name.slot}`;
const receipt = (asked: string): Receipt => ({ asked, answered: {} });

/** Odoo that is only pretended to run. State lives in the world; open HTTP servers, if asked for, too. */
export const openMemoryWorkload = (world: MemoryWorld): Workload & Inventory => {
  const servers = serversOf(world);
  return {
    kind: 'memory',
    can: { runsOdoo: true, blueGreen: true, sleep: true, exec: false, followLogs: true },
    boot: (spec) => world.call('workload.boot', () => boot(world, servers, spec)),
    stop: (name) => world.call('workload.stop', () => stop(world, servers, name)),
    start: (name) => world.call('workload.start', () => start(world, servers, name)),
    remove: (name) => world.call('workload.remove', () => remove(world, servers, nameOf(name))),
    state: (name) =>
      world.call('workload.state', () => stateOf(world.containers.get(nameOf(name)), servers.get(nameOf(name)))),
    runJob: (job, onLine, signal) => world.call('workload.runJob', () => runJob(world, job, onLine, signal)),
    logs: (name, options) => logs(world, nameOf(name), options),
    owned: () =>
      world.call('workload.owned', () =>
        [...world.containers].map(([name, { owner, at }]) => ({
          kind: 'container' as const,
          name,
          owner,
          createdAt: at,
        })),
      ),
    discard: (thing) =>
      world.call('workload.discard', async () => {
        await remove(world, servers, thing.name);
      }),
  };
};

type Servers = Map<string, Serving>;
const known = new WeakMap<MemoryWorld, Servers>();
/** Servers belong to the world, not to the control plane that started them: a restarted one finds them running. */
const serversOf = (world: MemoryWorld): Servers => {
  const servers = known.get(world) ?? new Map<string, Serving>();
  known.set(world, servers);
  return servers;
};

/** All of it; secrets by their fingerprint. */
const specOf = (process: OdooProcess): string =>
  JSON.stringify([
    process.image,
    process.command,
    process.variables,
    process.mounts,
    process.limits,
    Object.entries(process.secrets).map(([name, value]) => [name, fingerprint(value)]),
    fingerprint(process.config),
  ]);

const boot = async (world: MemoryWorld, servers: Servers, spec: SlotSpec): Promise<Receipt> => {
  const name = nameOf(spec);
  const found = world.containers.get(name);
  if (found === undefined || found.spec !== specOf(spec)) {
    if (found !== undefined) await remove(world, servers, name);
    const { lines } = world.run(spec);
    const container = { owner: spec.environment, at: world.now(), image: spec.image, spec: specOf(spec), slot: spec };
    world.containers.set(name, { ...container, address: world.nextAddress(), running: false, lines: [...lines] });
    world.changed(`created container ${name}`);
  }
  await start(world, servers, spec);
  return { asked: `run ${spec.image} as ${name}`, answered: { address: world.containers.get(name)?.address } };
};

const start = async (world: MemoryWorld, servers: Servers, name: SlotName): Promise<Receipt> => {
  const found = world.containers.get(nameOf(name));
  if (found === undefined) throw new Failure('odoo-boot-failed', { reason: `there is no container ${nameOf(name)}` });
  if (!found.running) {
    found.running = true;
    world.changed(`started container ${nameOf(name)}`);
    if (world.options.serve) servers.set(nameOf(name), await serveSlot(world));
  }
  return receipt(`start ${nameOf(name)}`);
};

const stop = async (world: MemoryWorld, servers: Servers, name: SlotName): Promise<Receipt> => {
  const found = world.containers.get(nameOf(name));
  if (found?.running) {
    found.running = false;
    world.changed(`stopped container ${nameOf(name)}`);
    await closeServer(servers, nameOf(name));
  }
  return receipt(`stop ${nameOf(name)}`);
};

const remove = async (world: MemoryWorld, servers: Servers, name: string): Promise<Receipt> => {
  if (world.containers.delete(name)) world.changed(`removed container ${name}`);
  await closeServer(servers, name);
  return receipt(`remove ${name}`);
};

const closeServer = async (servers: Servers, name: string): Promise<void> => {
  await servers.get(name)?.close();
  servers.delete(name);
};

const stateOf = (found: MemoryContainer | undefined, serving: Serving | undefined): SlotState => {
  if (found === undefined || found.slot === null) return { kind: 'absent' };
  const { image, slot } = found;
  if (!found.running) return { kind: 'stopped', exitCode: 0, outOfMemory: false, image };
  const { httpPort: port, websocketPort } = slot;
  const upstream = serving
    ? { host: '127.0.0.1', port: serving.port, websocketPort: serving.port }
    : { host: found.address, port, websocketPort };
  return { kind: 'running', image, upstream };
};

const runJob = async (
  world: MemoryWorld,
  job: JobSpec,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<JobResult> => {
  signal.throwIfAborted();
  const name = `${job.environment}-job-${job.name}`;
  const { lines, exitCode, outOfMemory = false, endless = false } = world.run(job);
  const container = { owner: job.environment, at: world.now(), image: job.image, address: '', spec: '', slot: null };
  world.containers.set(name, { ...container, running: true, lines: [] });
  world.changed(`ran job ${name}`);
  try {
    for (const line of lines) onLine(line);
    if (endless) await untilStopped(job, signal);
    signal.throwIfAborted();
    return { exitCode, outOfMemory };
  } finally {
    world.containers.delete(name);
  }
};

const untilStopped = async (job: JobSpec, signal: AbortSignal): Promise<never> => {
  await sleep(job.timeoutSeconds * 1000, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
  throw new Failure('step-timeout', { step: job.name, seconds: job.timeoutSeconds });
};

async function* logs(
  world: MemoryWorld,
  name: string,
  options: { readonly follow: boolean; readonly tail: number; readonly signal: AbortSignal },
): AsyncIterable<string> {
  const container = world.containers.get(name);
  if (container === undefined) return;
  let next = Math.max(0, container.lines.length - options.tail);
  for (;;) {
    for (; next < container.lines.length; next++) {
      if (options.signal.aborted) return;
      yield container.lines[next] ?? '';
    }
    const over = !options.follow || !container.running || world.containers.get(name) !== container;
    if (over || options.signal.aborted) return;
    await sleep(FOLLOW_MILLISECONDS);
  }
}
