import { promotionView } from '@slipway/contracts/promotion-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { printable } from '../../output/printable.ts';
import { shortSha } from '../../output/time.ts';

export const promotionRefuse = defineCommand({
  path: 'promotion refuse',
  says: 'Refuse a promotion, which ends it; everybody reads the reason.',
  example: 'slipway promotion refuse prom_01jd2m8k9 --reason "The price list is not ready"',
  arguments: [{ name: '<promotion>', says: 'its id' }],
  options: [{ flags: '--reason <text>', says: 'why', required: true }],
  input: z.strictObject({ promotion: id, reason: z.string().trim().min(5, 'must be a few words').max(1000) }),
  view: promotionView,
  routes: ['refusePromotion'],
  run: async ({ promotion, reason }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('refusePromotion', { parameters: { project, promotion }, body: { sha: null, reason } });
  },
  show: ({ id: promotion, release, reason }, screen) =>
    `${screen.ok} ${printable(promotion ?? '')} (${shortSha(release.sha)}) does not go: ${printable(reason ?? '')}.`,
});
