import { chooseReach, reachable } from '../snapshot/wal/window.ts';
import type { Project } from '../store/projects.ts';
import type { Slipway } from './slipway.ts';
import { openStore } from './stored-snapshots.ts';

/** Failures: moment-unreachable, and the store's. */
export const requireReachable = async (slipway: Slipway, project: Project, moment: Date): Promise<void> => {
  const latest = await slipway.ports.snapshots.archivedUntil(project.name);
  chooseReach(await reachable(await openStore(slipway, project), project.name, latest), moment);
};
