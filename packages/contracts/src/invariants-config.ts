/** The section `invariants` of slipway.yaml: figures of the project's own that an update may not change (X2). */
import { z } from 'zod';

const invariant = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,47}$/, 'lower case letters, digits and -, at most 48 characters')
    .describe('What it is called in evidence and where it is broken.'),
  means: z
    .string()
    .min(5, 'a sentence')
    .max(300)
    .optional()
    .describe('What it means that the figure changed, for whoever has to decide.'),
  sql: z
    .string()
    .min(1)
    .max(20_000)
    .describe(
      "One SELECT. Its last column is the figure, the columns before it say what the figure is of. It is run read-only, as the environment's own role, for at most 30 seconds, and may answer 1000 rows.",
    ),
  compare: z
    .enum(['equal', 'not-lower'])
    .default('equal')
    .describe('`equal`: an update changes nothing; `not-lower`: it may add, and never takes away.'),
  within: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe('By how much a figure may differ, for what is rounded on its way.'),
});

export const invariantsSection = z
  .array(invariant)
  .max(100)
  .default([])
  .describe('Figures of your own that are compared before and after an update, beside those that Slipway knows.');

export type OwnInvariant = z.infer<typeof invariant>;
