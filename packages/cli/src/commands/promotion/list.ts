import { promotionInList } from '@slipway/contracts/promotion-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { promotionTable } from '../../show/promotion.ts';

export const promotionList = defineCommand({
  path: 'promotion list',
  says: 'List the promotions of a project, newest first, with what an open one waits for.',
  example: 'slipway promotion list',
  options: [{ flags: '--limit <count>', says: 'how many (default: 20)' }],
  input: z.strictObject({ limit: count.optional() }),
  view: z.array(promotionInList),
  routes: ['promotions'],
  run: async ({ limit = 20 }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.list('promotions', { parameters: { project } }, limit);
  },
  show: (promotions, screen) =>
    promotions.length === 0 ? 'No promotions. Ask for one: slipway promote' : promotionTable(promotions, screen),
});
