/** A release on its way to production, as the API answers it. Times are ISO 8601 in UTC. */
import { z } from 'zod';
import { deploymentTimesView, plannedDeploymentView } from './forecast-views.ts';
import { moduleAction, modulePlan } from './views.ts';

export const promotionState = z.enum(['open', 'deploying', 'succeeded', 'failed', 'refused', 'expired', 'superseded']);
export type PromotionState = z.infer<typeof promotionState>;

export const gateView = z.object({
  gate: z.string(),
  state: z.enum(['pass', 'wait', 'fail', 'off']),
  why: z.string(),
  fix: z.string().nullable(),
  /** An emergency goes past it. */
  passedOver: z.boolean(),
});
export type GateView = z.infer<typeof gateView>;

export const promotionInList = z.object({
  id: z.string(),
  project: z.string(),
  state: promotionState,
  /** Of an end that is no success. */
  reason: z.string().nullable(),
  sha: z.string(),
  requestedBy: z.string(),
  /** What that person is called now; null: it was nobody with an account. */
  requesterName: z.string().nullable(),
  /** Gates that hold it up, as of the last look. */
  waitsFor: z.array(z.string()),
  run: z.string().nullable(),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
});
export type PromotionInList = z.infer<typeof promotionInList>;

export const promotionView = z.object({
  /** Null: nobody asked for it; it is what would be asked for. */
  id: z.string().nullable(),
  project: z.string(),
  state: promotionState,
  reason: z.string().nullable(),
  release: z.object({ sha: z.string(), build: z.string(), image: z.string(), imageDigest: z.string() }),
  /** `name`: what the person is called now, here and below; null: nobody with an account. */
  requestedBy: z.object({ who: z.string(), name: z.string().nullable(), email: z.string().nullable() }),
  /** Newest first. */
  commits: z.array(
    z.object({ sha: z.string(), author: z.string(), email: z.string(), subject: z.string(), at: z.string() }),
  ),
  change: z.object({
    action: moduleAction,
    update: z.array(z.string()),
    install: z.array(z.string()),
    modules: z.array(modulePlan),
    /** What kind of deployment it will be, in words. */
    why: z.string(),
  }),
  /** By which way it would go live, and why; null: Slipway does not deploy it, or it was kept before there was a choice. */
  deployment: plannedDeploymentView.nullable(),
  /** Of one that went: what its phases took, beside the forecast. */
  times: deploymentTimesView.nullable(),
  /** What production runs; null: nothing yet. */
  production: z.object({ sha: z.string(), image: z.string(), since: z.string() }).nullable(),
  /** The newest rehearsal, also one that does not count any more: that is what its gate says. Null: there was none. */
  rehearsal: z
    .object({
      id: z.string(),
      succeeded: z.boolean(),
      at: z.string(),
      /** `about 4 min read-only, 3 modules, no lock > 2 s`; null: it did not come to that. */
      says: z.string().nullable(),
    })
    .nullable(),
  branch: z.object({ name: z.string(), head: z.string().nullable(), contained: z.boolean() }),
  gates: z.array(gateView),
  /** Whether every gate lets it through now. */
  ready: z.boolean(),
  approvals: z.array(
    z.object({
      who: z.string(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      decision: z.enum(['approved', 'refused']),
      reason: z.string().nullable(),
      at: z.string(),
    }),
  ),
  emergency: z.object({ who: z.string(), name: z.string().nullable(), reason: z.string(), at: z.string() }).nullable(),
  run: z.string().nullable(),
  createdAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  wentAt: z.string().nullable(),
  endedAt: z.string().nullable(),
});
export type PromotionView = z.infer<typeof promotionView>;
