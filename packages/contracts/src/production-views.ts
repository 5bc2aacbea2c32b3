/** What people see of a production that Slipway runs. */
import { z } from 'zod';
import { deploymentTimesView } from './forecast-views.ts';
import { rollbackBillView } from './rollback-views.ts';
import { watchView } from './watch-views.ts';

export const deploymentView = z.object({
  id: z.string(),
  kind: z.enum(['open', 'deploy', 'rollback']),
  status: z.enum(['running', 'succeeded', 'failed', 'rolled-back', 'cancelled']),
  sha: z.string(),
  image: z.string().nullable(),
  database: z.string().nullable(),
  actor: z.string(),
  approver: z.string().nullable(),
  /** What these two are called now; null: nobody with an account. */
  actorName: z.string().nullable(),
  approverName: z.string().nullable(),
  startedAt: z.string(),
  /** When the first request went to it. */
  switchedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  /** Whether it is what serves now. */
  serves: z.boolean(),
  /** What its phases took, beside the forecast; null: not recorded, or no deployment of a release. */
  times: deploymentTimesView.nullable(),
});
export type DeploymentView = z.infer<typeof deploymentView>;

export const productionView = z.object({
  project: z.string(),
  state: z.enum(['blocked', 'queued', 'building', 'testing', 'live', 'sleeping', 'failed', 'closed']),
  url: z.string().nullable(),
  database: z.string(),
  slot: z.enum(['blue', 'green']).nullable(),
  sha: z.string().nullable(),
  image: z.string().nullable(),
  /** What a rollback would go back to. */
  wayBack: z
    .object({
      deployment: z.string(),
      sha: z.string(),
      losesData: z.boolean(),
      since: z.string().nullable(),
      /** The backup that its database is brought back from, which takes a maintenance page; left out: it is there. */
      backup: z.string().optional(),
    })
    .nullable(),
  /** Why there is none. */
  noWayBack: z.string().nullable(),
  /** What is wrong with it and not over yet, in a sentence each. */
  troubles: z.array(z.string()),
  /** Newest first. */
  deployments: z.array(deploymentView),
  /** The last deployment that was watched; null: none was. */
  watch: watchView.nullable(),
  login: z.object({ user: z.string(), password: z.string() }).nullable(),
});
export type ProductionView = z.infer<typeof productionView>;

export const openProductionBody = z.strictObject({
  from: z
    .string()
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe('A backup whose data it begins with. Default: a company without any.'),
});
export const rollbackBody = z.strictObject({
  to: z
    .string()
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe('A deployment or its commit. Default: what served before.'),
  confirm: z
    .boolean()
    .default(false)
    .describe('That what was written since is lost, where the database goes back, too.'),
});

export const rollbackPreview = z.object({
  deployment: z.string(),
  sha: z.string(),
  losesData: z.boolean(),
  since: z.string().nullable(),
  /** The backup that its database is brought back from; left out: it is there. */
  backup: z.string().optional(),
  /** Null: nothing is lost, since the database stays. */
  bill: rollbackBillView.nullable(),
});
export type RollbackPreview = z.infer<typeof rollbackPreview>;
