import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { serveArguments } from '../odoo/process.ts';
import { HTTP_PORT, odooProcess, odooRun, WEBSOCKET_PORT } from './shared/odoo-run.ts';
import { defineStep, done } from './step.ts';

/** Starts Odoo in a slot. Refuses a database that does not exist: Odoo itself would create an empty one and look healthy. */
export const bootSlot = defineStep({
  kind: 'boot-slot',
  input: z.strictObject({ slot: z.enum(['blue', 'green']), odoo: odooRun }),
  limit: () => 300,
  run: async ({ slot, odoo }, context) => {
    const { ports } = context;
    if (!(await ports.databases.exists(odoo.database)))
      throw new Failure('odoo-boot-failed', { reason: `database ${odoo.database} does not exist` });
    const process = await odooProcess(odoo, serveArguments(odoo), context);
    const receipt = await ports.workload.boot({
      ...process,
      environment: odoo.environment,
      slot,
      httpPort: HTTP_PORT,
      websocketPort: odoo.workers > 0 ? WEBSOCKET_PORT : HTTP_PORT,
    });
    return done(`Odoo started in ${slot}`, receipt);
  },
});
