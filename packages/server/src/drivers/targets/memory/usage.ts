import type { Usage } from '../../../ports/usage.ts';
import type { World } from './world.ts';

/** Every Odoo that runs takes as much as every other one. */
export const openMemoryUsage = (world: World): Usage => ({
  of: ({ environment, slot }) =>
    world.act('usage.of', () => {
      const found = world.containers.get(`${environment}/${slot}`);
      if (found === undefined) return null;
      const { running, startedAt } = found;
      const taken = running ? { memoryBytes: 300_000_000, cpuPercent: 12.5 } : { memoryBytes: null, cpuPercent: null };
      return { running, startedAt: running ? startedAt : null, memoryLimitBytes: 2 ** 30, ...taken };
    }),
});
