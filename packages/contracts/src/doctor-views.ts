/** What a look at a machine found: at that of the CLI, or at that of the control plane. */
import { z } from 'zod';

export const finding = z.object({
  check: z.string(),
  state: z.enum(['ok', 'warn', 'fail']),
  /** What was found. */
  says: z.string(),
  /** How to get what is missing; null when nothing is. */
  hint: z.string().nullable(),
});
export type Finding = z.infer<typeof finding>;

export const doctorView = z.object({
  /** Whether nothing failed; warnings are no failures. */
  ok: z.boolean(),
  findings: z.array(finding),
});
export type DoctorView = z.infer<typeof doctorView>;
