import { restoreInto, restoring } from './shared/restore-into.ts';
import { defineStep, done } from './step.ts';

/** A snapshot into a database of its own that no Odoo knows of yet; made anew when an earlier try was cut short. */
export const restoreSnapshot = defineStep({
  kind: 'restore-snapshot',
  input: restoring,
  limit: () => 12 * 3600,
  run: async (asked, context) => {
    const result = await restoreInto(asked, context);
    return done(`${asked.snapshot} in ${asked.database}: ${result.rows} rows, ${result.files} files`, result);
  },
});
