/** Who did what, or tried to. Times are ISO 8601 in UTC. */
import { z } from 'zod';

export const auditView = z.object({
  id: z.int(),
  who: z.string(),
  /** What that person is called now; null: it was nobody with an account. */
  name: z.string().nullable(),
  /** Verb and noun: `preview.open`; of an act that was refused the name of the route. */
  what: z.string(),
  target: z.string(),
  at: z.string(),
  /** Channel and address: `cli 203.0.113.7`, `github`, `control-plane`. */
  from: z.string(),
  /** `ok`, `refused`, `failed`, or what became of it. */
  result: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditView = z.infer<typeof auditView>;
