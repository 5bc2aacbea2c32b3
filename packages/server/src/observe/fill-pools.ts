import type { Slipway } from '../flows/slipway.ts';
import { countHeavyRuns } from '../store/served-runs.ts';
import { listTemplates } from '../store/templates.ts';
import { type Loop, startLoop } from './loop.ts';

/** Keeps ready-made copies of the template that each project used last; waits while builds run, which are what people wait for. */
export const fillPools = (slipway: Slipway, want: number): Loop =>
  startLoop('pools', 3000, slipway, async () => {
    if (want === 0 || (await countHeavyRuns(slipway.db)) > 0) return;
    const templates = await listTemplates(slipway.db);
    // The list is sorted by use, so the last one of a project wins.
    const newest = new Map(templates.map((template) => [template.project, template]));
    for (const { database } of newest.values()) await slipway.ports.pool.fill(database, want);
  });
