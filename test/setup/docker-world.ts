import { inject } from 'vitest';
import type { DockerWorld } from './docker.ts';

/** What a file that needs Docker is given. Files that run at the same time have each a server of their own, so that none sees what another makes. */
export const dockerWorld = (): DockerWorld => {
  const worlds = inject('docker');
  const world = worlds[(Number(process.env['VITEST_POOL_ID']) - 1) % worlds.length];
  if (world === undefined) throw new Error('The set-up of the docker tests made no world');
  return world;
};
