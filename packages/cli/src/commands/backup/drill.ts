import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../run/requested.ts';

export const backupDrill = defineCommand({
  path: 'backup drill',
  says: 'Prove the newest backup: restore it into a place of its own, start Odoo, log in, throw it away.',
  example: 'slipway backup drill --wait',
  options: [{ flags: '--backup <id>', says: 'which one (default: the newest)' }, ...WAIT],
  input: z.strictObject({ backup: id.optional(), wait: z.boolean().default(false), timeout }),
  view: runView,
  routes: ['drillBackup', 'run'],
  run: ({ backup, ...input }, session) =>
    requestedRun(session, input, (api, project) =>
      api.call('drillBackup', { parameters: { project }, body: { snapshot: backup ?? null } }),
    ),
  show: requestedText,
  exit: requestedExit,
});
