import type { SlotUsage, Usage } from '../../../ports/usage.ts';
import { DockerClient } from './client.ts';
import { orDockerFailure, unlessStatus } from './failures.ts';
import { slotContainer } from './requests.ts';
import type { DockerSettings } from './settings.ts';

/** Long enough that a busy core shows; Docker's own two samples are a second apart, and somebody waits for the page. */
const BETWEEN_MILLISECONDS = 300;

/** Of one moment, as Docker says it; what it does not know is left out. */
export interface Sample {
  /** When, with nanoseconds. */
  readonly read: string;
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
}

export const openDockerUsage = (settings: DockerSettings): Usage => {
  const client = new DockerClient(settings);
  return {
    of: async (name) => {
      const container = slotContainer(settings.instance, name);
      const found = await client.inspect(container);
      if (found === undefined) return null;
      const { Running: running, StartedAt: startedAt } = found.State;
      const limit = found.HostConfig.Memory ?? 0;
      const memoryLimitBytes = limit === 0 ? null : limit;
      const asleep = { memoryBytes: null, memoryLimitBytes, cpuPercent: null };
      if (!running) return { running, startedAt: null, ...asleep };
      const samples = await sampled(client, container);
      return { running, startedAt, ...asleep, ...(samples === null ? {} : usageOf(...samples)) };
    },
  };
};

/** Null: it ended meanwhile. */
const sampled = async (client: DockerClient, name: string): Promise<readonly [Sample, Sample] | null> => {
  const look = async (): Promise<Sample | undefined> =>
    orDockerFailure(() =>
      unlessStatus(() => client.docker.getContainer(name).stats({ stream: false, 'one-shot': true }), 404, 409),
    );
  const first = await look();
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_MILLISECONDS));
  const second = first === undefined ? undefined : await look();
  return first === undefined || second === undefined ? null : [first, second];
};

/** As `docker stats` counts: without what Linux keeps of files that were read and would give back at once. */
export const usageOf = (first: Sample, second: Sample): Pick<SlotUsage, 'memoryBytes' | 'cpuPercent'> => {
  const { usage, stats = {} } = second.memory_stats ?? {};
  const cached = stats['inactive_file'] ?? stats['total_inactive_file'] ?? 0;
  const [before, after] = [first, second].map(({ cpu_stats }) => cpu_stats?.cpu_usage?.total_usage);
  const nanoseconds = (Date.parse(second.read) - Date.parse(first.read)) * 1e6;
  const counted = before !== undefined && after !== undefined && nanoseconds > 0;
  return {
    // A container that has just ended has neither.
    memoryBytes: usage === undefined ? null : Math.max(0, usage - cached),
    cpuPercent: counted ? Math.round(Math.max(0, (after - before) / nanoseconds) * 1000) / 10 : null,
  };
};
