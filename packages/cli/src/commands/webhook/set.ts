import { webhookView } from '@slipway/contracts/webhook-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { KINDS, kindsInput } from '../../inputs-webhook.ts';
import { printable } from '../../output/printable.ts';

export const webhookSet = defineCommand({
  path: 'webhook set',
  says: 'Change the address of a webhook or what it is told of; switch it off, or on again.',
  example: 'slipway webhook set hook_01jd2m8k9 --on',
  arguments: [{ name: '<webhook>', says: 'its id' }],
  options: [
    { flags: '--url <url>', says: 'another address' },
    { flags: KINDS, says: 'what it is told of, with commas' },
    { flags: '--on', says: 'switch it on; what it missed is not sent' },
    { flags: '--off', says: 'switch it off' },
  ],
  input: z
    .strictObject({
      webhook: id,
      url: z.string().min(1).max(2000).optional(),
      kinds: kindsInput.optional(),
      on: z.boolean().default(false),
      off: z.boolean().default(false),
    })
    .refine(({ on, off }) => !(on && off), 'it is either --on or --off')
    .refine(
      ({ url, kinds, on, off }) => url !== undefined || kinds !== undefined || on || off,
      'nothing is to be changed',
    ),
  view: webhookView,
  routes: ['changeWebhook'],
  run: async ({ webhook, url, kinds, on, off }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const body = {
      ...(url === undefined ? {} : { url }),
      ...(kinds === undefined ? {} : { kinds }),
      ...(on || off ? { active: on } : {}),
    };
    return api.call('changeWebhook', { parameters: { project, webhook }, body });
  },
  show: ({ id: webhook, active, kinds }, screen) =>
    `${screen.ok} ${printable(webhook)} is ${active ? 'on' : 'off'} and told of ${kinds.length} kinds.`,
});
