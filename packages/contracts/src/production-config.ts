/** Production in slipway.yaml: an Odoo that Slipway runs, or one elsewhere whose data it reads (C1, D5). */
import { z } from 'zod';
import { branchName, duration, moduleName, secretName } from './config-values.ts';
import { containers } from './runtime-config.ts';
import { updateSettings } from './update-config.ts';
import { watchSection } from './watch-config.ts';

export const productionSection = z.strictObject({
  target: z
    .enum(['external', 'docker'])
    .default('external')
    .describe(
      'Where production runs: `docker`, by Slipway on this machine; `external`, elsewhere, read and never changed.',
    ),
  branch: branchName.default('main').describe('The branch that production runs.'),
  url: z
    .url()
    .optional()
    .describe(
      'Where people reach production; copies never keep this address. With `docker`, its host name is the one that the edge serves. Default there: production.<domain>.',
    ),
  database: secretName
    .default('DATABASE_URL')
    .describe(
      'Name of the secret (stage production) with the address of its database: postgresql://user:password@host:port/name. With `docker` Slipway keeps this secret itself.',
    ),
  filestore: z
    .string()
    .regex(/^\/[^\0]*$/, 'an absolute path on the machine that runs Slipway')
    .optional()
    .describe(
      "Folder of an external production's attachments on this machine (…/filestore/<database>). Without it, copies have no files.",
    ),
  install: z
    .array(moduleName)
    .default([])
    .describe(
      'Modules of a new production (`docker`), of the repository and of Odoo. Default: every installable module of the repository.',
    ),
  drain: duration
    .default('30s')
    .describe(
      'How long requests that the former version is still answering may take after a switch. It is stopped as soon as there are none, and at the latest then.',
    ),
  backup: z.boolean().default(true).describe('Whether a backup is made before each deployment.'),
  cron_threads: z
    .int()
    .min(1)
    .max(8)
    .default(2)
    .describe('How many scheduled actions run at once, in a container of their own.'),
  ...updateSettings,
  watch: watchSection
    .prefault({})
    .describe('What happens to a version that turns out to be worse than the one before.'),
  ...containers,
});
export type ProductionSettings = z.infer<typeof productionSection>;
