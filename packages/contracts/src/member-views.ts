/** Who is in a project. Times are ISO 8601 in UTC. */
import { z } from 'zod';
import { ROLES } from './permissions.ts';

export const memberBody = z.strictObject({ role: z.enum(ROLES).describe('Each may what the one before may.') });

export const memberView = z.object({
  user: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  /** False: the account was switched off. */
  active: z.boolean(),
  givenBy: z.string(),
  givenAt: z.string(),
});
export type MemberView = z.infer<typeof memberView>;
