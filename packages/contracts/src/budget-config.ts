/** The section `budget` of slipway.yaml: what may be spent, and what runs where (A5, J1). */
import { z } from 'zod';

export const COST_ENVIRONMENTS = ['production', 'staging', 'preview', 'development', 'shared'] as const;

const dollars = z.number().min(0).max(1_000_000);

const run = z.strictObject({
  environment: z.enum(COST_ENVIRONMENTS).describe('Whose it is; `shared` for what several use, such as a registry.'),
  what: z
    .string()
    .min(1)
    .describe(
      'A name of the price list (`slipway cost --prices` shows it), or `own` for a server with a price of yours.',
    ),
  name: z.string().min(1).optional().describe('What you call it.'),
  count: z.int().min(0).max(1000).default(1).describe('How many there are.'),
  share: z.number().gt(0).max(1).default(1).describe('The part of it that counts here: of a server, or of a month.'),
  monthly: dollars.optional().describe('US dollars a month for one; only for `own`.'),
});

export const budgetSection = z.strictObject({
  limit: dollars.default(20).describe('What all environments together may cost a month, in US dollars.'),
  alerts: z.array(dollars).max(20).default([10, 15]).describe('Sums of which `slipway guard` warns before the limit.'),
  runs: z.array(run).max(200).default([]).describe('What runs where, beside what app specs of the repository say.'),
});

export type BudgetSection = z.infer<typeof budgetSection>;
export type CostEnvironment = (typeof COST_ENVIRONMENTS)[number];
