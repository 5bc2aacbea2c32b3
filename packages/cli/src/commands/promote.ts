import { type PromotionView, promotionView } from '@slipway/contracts/promotion-views';
import { z } from 'zod';
import type { ApiClient } from '../api/client.ts';
import { defineCommand } from '../command.ts';
import type { ExitName } from '../exit-codes.ts';
import { agree, YES } from '../local/confirm.ts';
import { printable } from '../output/printable.ts';
import { shortSha } from '../output/time.ts';
import { askFor, awaitGates, type PromotionWish } from '../promotions/await-promotion.ts';
import { awaitRun } from '../runs/await-run.ts';
import { timeout } from '../runs/requested.ts';
import type { Session } from '../session.ts';
import { promotionText } from '../show/promotion.ts';

const input = z
  .strictObject({
    dryRun: z.boolean().default(false),
    emergency: z.string().trim().min(5, 'must say why, in a few words').max(1000).optional(),
    yes: z.boolean().default(false),
    wait: z.boolean().default(false),
    timeout,
  })
  .refine((given) => !given.dryRun || !given.wait, 'say --dry-run or --wait, not both');

const ENDS: Readonly<Record<PromotionView['state'], ExitName>> = {
  open: 'refused',
  deploying: 'ok',
  succeeded: 'ok',
  failed: 'failed',
  refused: 'refused',
  expired: 'refused',
  superseded: 'refused',
};

/** Whoever lets something go to production has seen what. */
const confirmed = async (session: Session, api: ApiClient, wish: PromotionWish): Promise<void> => {
  await agree(session, {
    question: async () => {
      const view = await askFor(api, wish, true);
      session.note(promotionText(view, session.noteScreen));
      const over = wish.emergency === null ? '' : ', past the gates that do not pass';
      return `\nPromote ${shortSha(view.release.sha)} of ${printable(wish.project)} to production${over}?`;
    },
    otherwise: 'Nothing was promoted',
  });
};

export const promote = defineCommand({
  path: 'promote',
  says: 'Bring what staging runs to production: the same commit in the same image. Says what would go live and what its gates say; goes when every gate lets it through.',
  example: 'slipway promote --wait',
  options: [
    { flags: '--dry-run', says: 'only say what would go live, and what the gates say' },
    {
      flags: '--wait',
      says: 'wait for approvals, windows, backups and rehearsals, and then for the end of the deployment',
    },
    { flags: '--timeout <duration>', says: 'how long to wait (default: 6h)' },
    {
      flags: '--emergency <reason>',
      says: 'pass over the gates that `promotion.emergency` names; recorded with the reason',
    },
    YES,
  ],
  input,
  view: promotionView,
  routes: ['requestPromotion', 'promotion', 'goPromotion', 'run'],
  run: async ({ dryRun, emergency, yes, wait, timeout: patience }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const wish: PromotionWish = { project, emergency: emergency ?? null };
    if (dryRun) return askFor(api, wish, true);
    if (!yes) await confirmed(session, api, wish);
    let view = await askFor(api, wish);
    if (wait) view = await awaitGates(view, { session, api, wish, timeout: patience });
    if (view.state !== 'open' || !view.ready || view.id === null) return view;
    const promotion = view.id;
    view = await api.call('goPromotion', { parameters: { project, promotion } });
    if (!wait || view.run === null) return view;
    await awaitRun(view.run, { session, api, timeout: patience });
    return api.call('promotion', { parameters: { project, promotion } });
  },
  show: promotionText,
  exit: ({ state, ready }, { dryRun }) => (dryRun && ready ? 'ok' : ENDS[state]),
});
