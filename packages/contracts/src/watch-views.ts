/** What people see of the time after a deployment in which it is compared with the version before. */
import { z } from 'zod';

const side = z.object({
  seconds: z.number(),
  requests: z.number(),
  /** Answers of 500 and above. */
  serverErrors: z.number(),
  /** Milliseconds; null: too little is known. */
  p95: z.number().nullable(),
  /** How many kinds of errors its log holds. */
  kinds: z.number(),
  /** The most frequent ones, without what varies: no values. */
  errors: z.array(
    z.object({ id: z.string(), level: z.string(), logger: z.string(), text: z.string(), count: z.number() }),
  ),
  failingCrons: z.array(z.object({ name: z.string(), failures: z.number() })),
});

export const watchView = z.object({
  deployment: z.string(),
  /** `told`: it is worse, and going back is for people to decide. `ended`: something else was asked of production. */
  state: z.enum(['watching', 'kept', 'ended', 'told', 'rolling-back', 'rolled-back', 'rollback-failed']),
  since: z.string(),
  until: z.string(),
  endedAt: z.string().nullable(),
  /** Why it ended before its time, or why nothing was rolled back. */
  reason: z.string().nullable(),
  /** What speaks against the version. */
  why: z.array(z.string()),
  /** What was noticed, is not known, or does not count. */
  remarks: z.array(z.string()),
  /** Null: nobody has looked yet, or there was nothing to compare with. */
  compared: z.object({ before: side, present: side }).nullable(),
  /** The run that goes back. */
  rollback: z.string().nullable(),
});
export type WatchView = z.infer<typeof watchView>;
