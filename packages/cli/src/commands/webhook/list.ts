import { webhookView } from '@slipway/contracts/webhook-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { webhookTable } from '../../show/webhook.ts';

export const webhookList = defineCommand({
  path: 'webhook list',
  says: 'List the addresses that are told of what happens to a project.',
  example: 'slipway webhook list',
  input: noInput,
  view: z.array(webhookView),
  routes: ['webhooks'],
  run: async (_, session) =>
    (await session.api()).call('webhooks', { parameters: { project: await session.project() } }),
  show: (list, screen) =>
    list.length === 0 ? 'There is no webhook. Add one: slipway webhook add <url>' : webhookTable(list, screen),
});
