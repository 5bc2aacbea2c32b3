import { promotionView } from '@slipway/contracts/promotion-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { promotionText } from '../../show/promotion.ts';

export const promotionShow = defineCommand({
  path: 'promotion show',
  says: 'Show one promotion: what would go live, what its gates say and what to do about each.',
  example: 'slipway promotion show prom_01jd2m8k9',
  arguments: [{ name: '<promotion>', says: 'its id' }],
  input: z.strictObject({ promotion: id }),
  view: promotionView,
  routes: ['promotion'],
  run: async ({ promotion }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('promotion', { parameters: { project, promotion } });
  },
  show: promotionText,
});
