import { type CheckContext, fail, pass, type SmokeCheck, skip } from '../check.ts';
import { countRecords } from '../count-records.ts';

const count = async (context: CheckContext): Promise<number | string> =>
  context.inventory === null ? countRecords(context, 'ir.model', []) : (await context.inventory()).models;

export const models: SmokeCheck = {
  id: 'models',
  title: 'Registered models',
  proves: 'The modules have brought their models.',
  run: async (context) => {
    const found = await count(context);
    if (typeof found === 'string') return skip(found);
    const least = context.settings.thresholds.models;
    if (found >= least) return pass(`${found} registered`);
    return fail(
      `${found} registered, at least ${least} wanted`,
      "Look at Odoo's log for modules that were not loaded; else lower smoke.thresholds.models.",
    );
  },
};
