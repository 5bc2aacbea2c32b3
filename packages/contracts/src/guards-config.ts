/** The section `guards` of slipway.yaml: what `slipway guard` finds, what is accepted of it, and what a finding does to a deployment (A5). */
import { z } from 'zod';

const consequence = z.enum(['report', 'block']);
/** What errors of the guards do: they are told beside what is deployed, or nothing is. */
export type GuardConsequence = z.infer<typeof consequence>;

export const guardsSection = z.strictObject({
  previews: consequence
    .default('report')
    .describe(
      'What errors do to a preview. report: it opens, and the pull request is told of them. block: nothing is built. A pull request cannot lower what its target branch says.',
    ),
  staging: consequence
    .default('block')
    .describe(
      'What errors do to a push to the branch of staging. block: staging stays as it is, and the commit is told why. report: it is deployed, and the run says what was found.',
    ),
  suppressions: z
    .array(
      z.strictObject({
        rule: z
          .string()
          .regex(/^[a-z-]+\/(?:[a-z-]+|\*)$/, 'guard/rule, or guard/*')
          .describe('The rule whose findings are not told: guard/rule, or guard/* for all of a guard.'),
        path: z
          .string()
          .min(1)
          .optional()
          .describe('Only in files that this pattern matches (*, **). Default: in every file.'),
        reason: z.string().min(5, 'a sentence').describe('Why the finding is accepted.'),
        until: z.iso.date('a date: YYYY-MM-DD').describe('The last day on which it is accepted.'),
      }),
    )
    .default([])
    .describe('Findings that are accepted for a while. One that is over, or fits nothing, is a finding itself.'),
});
