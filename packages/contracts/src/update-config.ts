/** How an update of modules reaches a production that Slipway runs. */
import { z } from 'zod';
import { duration } from './config-values.ts';

export const updateSettings = {
  update: z
    .enum(['auto', 'clone', 'maintenance'])
    .default('auto')
    .describe(
      'How a deployment that updates modules goes live: `clone`, on a copy of the database while people go on reading; `maintenance`, in place, behind a page that says when production is back, with a backup made after the last write as the way back; `auto`, on a copy where there is room for one.',
    ),
  read_only_max: duration
    .optional()
    .describe(
      'With `update: auto`: where saving would be impossible for longer than this, a maintenance page is shown instead of an Odoo that only reads. Default: no limit.',
    ),
};
