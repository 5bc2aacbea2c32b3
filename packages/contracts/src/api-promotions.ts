/** The routes about promotions and about the tokens of those who ask for them and approve them. */
import { z } from 'zod';
import { pageQuery } from './api-page.ts';
import { promotionInList, promotionView } from './promotion-views.ts';
import type { Route } from './route.ts';
import { newTokenView, tokenBody, tokenView } from './token-views.ts';

const reason = z.string().trim().min(5, 'a few words').max(1000);
const sha = z
  .string()
  .regex(/^[0-9a-f]{40}$/, 'a full commit id')
  .nullable()
  .default(null)
  .describe('The commit that was looked at; refused if the promotion is of another one.');

export const promoteBody = z.strictObject({
  emergency: reason
    .nullable()
    .default(null)
    .describe(
      'Why it cannot wait for its gates; those that slipway.yaml lets an emergency pass over do not hold it up.',
    ),
  dry_run: z.boolean().default(false).describe('Only say what would go live, and what the gates say.'),
});
export const approveBody = z.strictObject({ sha, reason: reason.nullable().default(null) });
export const refuseBody = z.strictObject({ sha, reason });

export const PROMOTION_ROUTES = {
  promotions: {
    method: 'GET',
    path: '/api/v1/projects/:project/promotions',
    says: 'The promotions of a project, newest first.',
    query: z.object(pageQuery),
    answer: z.array(promotionInList),
  },
  promotion: {
    method: 'GET',
    path: '/api/v1/projects/:project/promotions/:promotion',
    says: 'One promotion. An open one is judged anew by what was gathered last, the time and the approvals.',
    answer: promotionView,
  },
  requestPromotion: {
    method: 'POST',
    path: '/api/v1/projects/:project/promotions',
    needs: 'promote',
    says: 'Asks for what staging runs to go to production, and gathers everything that its gates are asked about. Asked again for the same commit and image it is the same promotion.',
    scope: 'promote',
    body: promoteBody,
    answer: promotionView,
  },
  goPromotion: {
    method: 'POST',
    path: '/api/v1/projects/:project/promotions/:promotion/go',
    needs: 'promote',
    says: 'Lets a promotion go: everything is gathered and judged once more, and the deployment is queued.',
    scope: 'promote',
    answer: promotionView,
  },
  approvePromotion: {
    method: 'POST',
    path: '/api/v1/projects/:project/promotions/:promotion/approve',
    needs: 'approve',
    says: 'Says yes to one commit in one image; not by those who wrote it or asked for it.',
    scope: 'approve',
    body: approveBody,
    answer: promotionView,
  },
  refusePromotion: {
    method: 'POST',
    path: '/api/v1/projects/:project/promotions/:promotion/refuse',
    needs: 'approve',
    says: 'Says no, which ends it.',
    scope: 'approve',
    body: refuseBody,
    answer: promotionView,
  },
  tokens: {
    method: 'GET',
    path: '/api/v1/tokens',
    needs: 'installation',
    says: 'Tokens of people and programs; never the tokens themselves.',
    scope: 'admin',
    answer: z.array(tokenView),
  },
  createToken: {
    method: 'POST',
    path: '/api/v1/tokens',
    needs: 'installation',
    says: 'Makes a token. It is answered this once; only its hash is kept.',
    scope: 'admin',
    body: tokenBody,
    secretAnswer: true,
    answer: newTokenView,
  },
  revokeToken: {
    method: 'DELETE',
    path: '/api/v1/tokens/:name',
    needs: 'installation',
    says: 'Makes a token worth nothing.',
    scope: 'admin',
    answer: tokenView,
  },
} as const satisfies Record<string, Route>;
