import { once } from 'node:events';
import { Failure } from '@slipway/contracts/failure';
import { systemClock } from '../../../domain/clock.ts';
import type { HttpProbe } from '../../../ports/http-probe.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import type {
  JobResult,
  JobSpec,
  LogOptions,
  SlotName,
  SlotSpec,
  SlotState,
  Workload,
} from '../../../ports/workload.ts';
import { odooAnswer } from './odoo-answers.ts';
import { odooLog, probeLog, readCommand } from './odoo-log.ts';
import { specDigest } from './requests.ts';
import { type MemoryContainer, type Program, receipt, type World } from './world.ts';

const keyOf = ({ environment, slot }: SlotName): string => `${environment}/${slot}`;

/** Odoo processes as rows: booted ones run until they are stopped, jobs end at once. */
export const openMemoryWorkload = (world: World): Workload & Inventory => ({
  kind: 'memory',
  can: { runsOdoo: true, blueGreen: true, sleep: true },
  ...slots(world),
  runJob: (job, onLine, signal) => world.act('workload.runJob', () => runJob(world, job, onLine, signal)),
  logs: (name, options) => logs(world, name, options),
  owned: async () => [
    ...[...world.containers].map(([name, { environment, createdAt }]) => ({
      kind: 'container' as const,
      name,
      owner: environment,
      createdAt,
    })),
    ...[...world.jobs].map(([name, { environment, createdAt }]) => ({
      kind: 'container' as const,
      name,
      owner: environment,
      createdAt,
    })),
  ],
  discard: (thing) =>
    world.act('workload.discard', () => {
      world.containers.delete(thing.name);
      world.jobs.delete(thing.name);
    }),
});

const slots = (world: World): Pick<Workload, 'expect' | 'boot' | 'stop' | 'start' | 'remove' | 'state'> => ({
  expect: () => undefined,
  boot: (spec) => world.act('workload.boot', () => boot(world, spec)),
  stop: (name) =>
    world.act('workload.stop', () => {
      const found = world.containers.get(keyOf(name));
      if (found?.running) world.count('workload.stop');
      if (found !== undefined) found.running = false;
      return receipt(`stop ${keyOf(name)}`);
    }),
  start: (name) =>
    world.act('workload.start', () => {
      const found = world.containers.get(keyOf(name));
      if (found === undefined)
        throw new Failure('odoo-boot-failed', { reason: `there is no container ${keyOf(name)}` });
      if (!found.running) found.startedAt = world.now().toISOString();
      found.running = true;
      return receipt(`start ${keyOf(name)}`);
    }),
  remove: (name) =>
    world.act('workload.remove', () => {
      if (world.containers.delete(keyOf(name))) world.count('workload.remove');
      return receipt(`remove ${keyOf(name)}`);
    }),
  state: async (name): Promise<SlotState> => {
    await world.fault({ method: 'workload.state', when: 'before' });
    const found = world.containers.get(keyOf(name));
    if (found === undefined) return { kind: 'absent' };
    const { image, host, port } = found;
    if (!found.running) return { kind: 'stopped', exitCode: 0, outOfMemory: false, image };
    return { kind: 'running', upstream: { host, port, websocketPort: port }, image };
  },
});

const boot = (world: World, spec: SlotSpec) => {
  const key = keyOf(spec);
  const digest = specDigest(spec);
  const found = world.containers.get(key);
  if (!world.images.has(spec.image))
    throw new Failure('base-image-missing', { image: spec.image, reason: 'no such image' });
  if (found?.spec === digest && found.running) return receipt(`boot ${key}`, { running: 'before' });
  const container: MemoryContainer = {
    environment: spec.environment,
    slot: spec.slot,
    image: spec.image,
    database: readCommand(spec.command).database,
    spec: digest,
    host: addressOf(world.nextNumber()),
    port: spec.httpPort,
    // One that stopped and is started again has lived before.
    createdAt: found?.spec === digest ? found.createdAt : world.now().toISOString(),
    startedAt: world.now().toISOString(),
    said: found?.spec === digest ? found.said : [],
    running: world.mood('boot', spec.environment, spec.slot) !== 'boot-fails' && mayWrite(world, spec),
  };
  world.containers.set(key, container);
  world.count('workload.boot');
  return receipt(`boot ${key}`, { container: container.host });
};

/** Odoo ends at once on a database that takes no writes. */
const mayWrite = (world: World, { command }: SlotSpec): boolean =>
  world.databases.get(readCommand(command).database)?.closed !== true;

const addressOf = (number: number): string => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;

async function* logs(
  world: World,
  name: SlotName,
  { follow, tail, since, signal }: LogOptions,
): AsyncGenerator<string> {
  const container = world.containers.get(keyOf(name));
  if (container === undefined) return;
  const odoo = [`${container.database}: HTTP service (werkzeug) running on ${container.port}`];
  const from = since === 'start' ? container.startedAt : since;
  const said = container.said.filter(({ at }) => from === undefined || at >= from).map(({ line }) => line);
  const begun = from === undefined || container.startedAt >= from;
  yield* [...(begun ? (world.programs.get(container.image)?.lines ?? odoo) : []), ...said].slice(-tail);
  if (follow && !signal.aborted) await once(signal, 'abort');
}

const runJob = async (
  world: World,
  job: JobSpec,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<JobResult> => {
  signal.throwIfAborted();
  const program = world.programs.get(job.image);
  if (program !== undefined) return runProgram(program, job, onLine, signal);
  const key = `${job.environment}/job-${job.name}`;
  const command = readCommand(job.command);
  const database = world.databases.get(command.database);
  if (database === undefined)
    throw new Failure('odoo-boot-failed', { reason: `database ${command.database} does not exist` });
  if (database.frozen)
    throw new Failure('database-refused', {
      reason: `database "${command.database}" is not currently accepting connections`,
    });
  if (database.closed && command.install.length + command.update.length > 0)
    throw new Failure('database-refused', { reason: `permission denied in database "${command.database}"` });
  world.jobs.set(key, { environment: job.environment, createdAt: world.now().toISOString() });
  world.count(`workload.runJob ${job.name}`);
  if (command.install.length + command.update.length > 0) Object.assign(database, { neutral: false, queued: true });
  for (const name of command.install) database.modules.set(name, 'to install');
  for (const name of command.update) database.modules.set(name, 'to upgrade');
  // Whoever dies here leaves a container and a database in the middle of it.
  await world.fault({ method: 'workload.runJob', when: 'middle' });
  if (world.mood(job.name, job.environment) === 'hangs') {
    world.jobs.delete(key);
    throw new Failure('step-timeout', { step: job.name, seconds: job.timeoutSeconds });
  }
  const { lines, exitCode } =
    job.name === 'probe' ? probeLog(database.neutral) : odooLog(command, world.mood(job.name, job.environment));
  for (const line of lines) onLine(line);
  if (exitCode < 2) for (const name of [...command.install, ...command.update]) database.modules.set(name, 'installed');
  world.jobs.delete(key);
  return { exitCode, outOfMemory: false };
};

const runProgram = async (
  { lines, exitCode }: Program,
  { name, timeoutSeconds }: JobSpec,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<JobResult> => {
  for (const line of lines) onLine(line);
  if (exitCode !== null) return { exitCode, outOfMemory: false };
  await systemClock.sleep(timeoutSeconds * 1000, signal);
  signal.throwIfAborted();
  throw new Failure('step-timeout', { step: name, seconds: timeoutSeconds });
};

/** Whatever runs answers 200; whatever does not run refuses. */
export const memoryProbe = (world: World): HttpProbe => {
  const answers = (at: string): boolean =>
    [...world.containers.values()].some(({ host, running }) => running && host === at);
  return {
    get: async ({ host }) => (answers(host) ? { status: 200 } : { error: 'connection refused' }),
    post: async ({ host }) =>
      answers(host) ? { status: 200, body: '{"result":{"uid":2}}' } : { error: 'connection refused' },
    ask: async ({ host }, _, request) =>
      answers(host)
        ? odooAnswer(request, world.answers.get(request.path))
        : { error: 'connection refused', milliseconds: 1 },
  };
};
