import { webhookView } from '@slipway/contracts/webhook-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';

export const webhookRemove = defineCommand({
  path: 'webhook remove',
  says: 'Remove a webhook with the log of what it was told.',
  example: 'slipway webhook remove hook_01jd2m8k9 --yes',
  arguments: [{ name: '<webhook>', says: 'its id' }],
  options: [YES],
  input: z.strictObject({ webhook: id, yes: z.boolean().default(false) }),
  view: webhookView,
  routes: ['removeWebhook'],
  run: async ({ webhook, yes }, session) => {
    if (!yes)
      await agree(session, {
        question: () => `Remove webhook ${printable(webhook)} with everything that it was told?`,
        otherwise: 'Nothing was removed',
      });
    const [api, project] = [await session.api(), await session.project()];
    return api.call('removeWebhook', { parameters: { project, webhook } });
  },
  show: ({ id: webhook }, screen) => `${screen.ok} ${printable(webhook)} is told nothing any more.`,
});
