import { Failure } from '@slipway/contracts/failure';
import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { id } from '../inputs.ts';
import { agree, YES } from '../local/confirm.ts';
import { printable } from '../output/printable.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../runs/requested.ts';
import { wayBackText } from '../show/production.ts';

export const rollback = defineCommand({
  path: 'rollback',
  says: 'Bring production back to what served before. Where the database goes back, too, it says what that loses and asks.',
  example: 'slipway rollback --wait',
  options: [
    { flags: '--to <deployment>', says: 'a deployment, or its commit (default: what served before)' },
    YES,
    ...WAIT,
  ],
  input: z.strictObject({
    to: id.optional(),
    yes: z.boolean().default(false),
    wait: z.boolean().default(false),
    timeout,
  }),
  view: runView,
  routes: ['production', 'rollbackProduction', 'run'],
  run: async ({ to, yes, ...input }, session) => {
    if (!yes) {
      const [api, project] = [await session.api(), await session.project()];
      const production = await api.call('production', { parameters: { project } });
      if (to === undefined && production.noWayBack !== null)
        throw new Failure('rollback-none', { reason: production.noWayBack });
      await agree(session, {
        question: async () =>
          to === undefined
            ? `Bring production of ${printable(project)} back ${wayBackText(production)}?`
            : `Bring production of ${printable(project)} back to ${printable(to)}? What was written since may be lost.`,
        otherwise: 'Nothing was changed',
      });
    }
    return requestedRun(session, input, (api, project) =>
      api.call('rollbackProduction', { parameters: { project }, body: { to: to ?? null, confirm: true } }),
    );
  },
  show: requestedText,
  exit: requestedExit,
});
