/** How the API says no: RFC 9457 (`application/problem+json`) with the code, hint and facts of the error table. */
import { z } from 'zod';

export const problem = z.object({
  type: z.string(),
  /** What happened, in a sentence. */
  title: z.string(),
  status: z.int(),
  code: z.string(),
  /** What to do about it. */
  hint: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
export type Problem = z.infer<typeof problem>;
