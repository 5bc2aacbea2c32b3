import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { cronArguments } from '../odoo/process.ts';
import { HTTP_PORT, odooProcess, odooRun } from './shared/odoo-run.ts';
import { defineStep, done } from './step.ts';

/** Long enough for an Odoo that cannot start to have ended. */
const LOOKS = 8;
const BETWEEN_MILLISECONDS = 250;

/**
 * Scheduled actions run in a container of their own, which has one name: starting it with the new version replaces that of the
 * old one, so there are never two.
 */
export const bootCron = defineStep({
  kind: 'boot-cron',
  input: z.strictObject({ odoo: odooRun, threads: z.int() }),
  limit: () => 300,
  run: async ({ odoo, threads }, context) => {
    const { ports } = context;
    if (!(await ports.databases.exists(odoo.database)))
      throw new Failure('odoo-boot-failed', { reason: `database ${odoo.database} does not exist` });
    const name = { environment: odoo.environment, slot: 'cron' } as const;
    const process = await odooProcess({ ...odoo, workers: 0 }, cronArguments({ ...odoo, threads }), context);
    const receipt = await ports.workload.boot({ ...process, ...name, httpPort: HTTP_PORT, websocketPort: HTTP_PORT });
    for (let look = 0; look < LOOKS; look++) {
      const state = await ports.workload.state(name);
      if (state.kind !== 'running')
        throw new Failure('odoo-boot-failed', { reason: `the container of scheduled actions is ${state.kind}` });
      await context.sleep(BETWEEN_MILLISECONDS);
    }
    return done(`scheduled actions run, ${threads} at once`, receipt);
  },
});
