import { seconds } from '@slipway/contracts/project-config';
import { requestRun } from '../flows/request-preview.ts';
import type { Slipway } from '../flows/slipway.ts';
import { listIdle } from '../store/idle.ts';
import { listProjects } from '../store/projects.ts';
import { type Loop, startLoop } from './loop.ts';

/** Puts previews to sleep that nobody used for `sleep_after`, and removes those that nobody used for `delete_after`. */
export const sleepIdle = (slipway: Slipway): Loop =>
  startLoop('sleep', 15_000, slipway, async () => {
    for (const project of await listProjects(slipway.db)) {
      const { sleep_after, delete_after } = project.config.stages.preview;
      for (const idle of await listIdle(slipway.db, project.name, {
        seconds: seconds(delete_after),
        states: ['live', 'sleeping', 'failed', 'blocked'],
      }))
        await requestRun(slipway, {
          environment: idle,
          kind: 'close-preview',
          requestedBy: `slipway: unused for ${delete_after}`,
        });
      if (!slipway.ports.workload.can.sleep) continue;
      for (const idle of await listIdle(slipway.db, project.name, { seconds: seconds(sleep_after), states: ['live'] }))
        await requestRun(slipway, {
          environment: idle,
          kind: 'sleep-preview',
          requestedBy: `slipway: unused for ${sleep_after}`,
        });
    }
  });
