import { promotionView } from '@slipway/contracts/promotion-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';
import { shortSha } from '../../output/time.ts';
import { promotionText } from '../../show/promotion.ts';

export const promotionApprove = defineCommand({
  path: 'promotion approve',
  says: 'Approve a promotion, as whoever the token is of: its commit in its image, and no other. Not your own commits, and not what you asked for.',
  example: 'slipway promotion approve prom_01jd2m8k9',
  arguments: [{ name: '<promotion>', says: 'its id' }],
  options: [{ flags: '--reason <text>', says: 'what is to be remembered with it' }, YES],
  input: z.strictObject({
    promotion: id,
    reason: z.string().trim().min(5, 'must be a few words').max(1000).optional(),
    yes: z.boolean().default(false),
  }),
  view: promotionView,
  routes: ['promotion', 'approvePromotion'],
  run: async ({ promotion, reason, yes }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const seen = await api.call('promotion', { parameters: { project, promotion } });
    const { sha } = seen.release;
    if (!yes)
      await agree(session, {
        question: () => {
          session.note(promotionText(seen, session.noteScreen));
          return `\nApprove ${shortSha(sha)} of ${printable(project)} for production?`;
        },
        otherwise: 'Nothing was approved',
      });
    return api.call('approvePromotion', { parameters: { project, promotion }, body: { sha, reason: reason ?? null } });
  },
  show: promotionText,
});
