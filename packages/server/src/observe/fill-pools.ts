import { outlivedTemplates, templateInUse } from '../decide/templates.ts';
import type { Slipway } from '../flows/slipway.ts';
import { listProjects } from '../store/projects.ts';
import { countHeavyRuns } from '../store/served-runs.ts';
import { forgetTemplates, listTemplates } from '../store/templates.ts';
import { type Loop, startLoop } from './loop.ts';

/**
 * Keeps ready-made copies of the template that each project's next preview starts from; waits while builds run, which are what people wait
 * for. Templates that nothing needs any more are forgotten: the reaper then finds their databases, roles and folders without an owner.
 */
export const fillPools = (slipway: Slipway, want: number): Loop =>
  startLoop('pools', 3000, slipway, () => tendPools(slipway, want));

export const tendPools = async (slipway: Slipway, want: number): Promise<void> => {
  if ((await countHeavyRuns(slipway.db)) > 0) return;
  for (const project of await listProjects(slipway.db)) {
    const templates = await listTemplates(slipway.db, project.name);
    await forgetTemplates(slipway.db, outlivedTemplates(templates));
    const next = want === 0 ? null : templateInUse(templates, project.config.stages.preview.data);
    if (next !== null) await slipway.ports.pool.fill(next.database, want);
  }
};
