/** What a smoke test answers: printed by `slipway smoke --json`, kept as evidence of a deployment. */
import { z } from 'zod';

export const smokeResult = z.object({
  check: z.string(),
  title: z.string(),
  state: z.enum(['pass', 'fail', 'skipped']),
  /** The value that was found; of what was skipped, why. */
  measured: z.string(),
  /** What to do; null for what did not fail. */
  fix: z.string().nullable(),
  milliseconds: z.number(),
});
export type SmokeResult = z.infer<typeof smokeResult>;

export const smokeReport = z.object({
  /** Whether nothing failed. */
  ok: z.boolean(),
  url: z.string(),
  /** ISO time of its end. */
  at: z.string(),
  /** Ids of the checks that failed. */
  failed: z.array(z.string()),
  results: z.array(smokeResult),
});
export type SmokeReport = z.infer<typeof smokeReport>;
