/** Tokens of people and programs. Times are ISO 8601 in UTC. */
import { z } from 'zod';
import { duration } from './config-values.ts';
import { seconds } from './project-config.ts';
import { SCOPES } from './route.ts';

/** Names that mean something else in the audit log. */
const TAKEN = new Set(['operator', 'control-plane', 'system']);

/** Beyond that it is `never`, and far beyond it no date. */
const LONGEST_SECONDS = 3660 * 86_400;

export const tokenName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'letters, digits, ".", "_" and "-", at most 63')
  .refine((name) => !TAKEN.has(name.toLowerCase()), 'a name that Slipway itself uses');

export const tokenBody = z
  .strictObject({
    name: tokenName.describe('Whose it is; what is done with it is told under this name.'),
    email: z
      .email()
      .max(254)
      .nullable()
      .default(null)
      .describe('As in the commits of that person: authors do not approve their own. Needed to approve.'),
    scopes: z.array(z.enum(SCOPES)).min(1).describe('What it may do; admin may everything.'),
    expires: z
      .union([
        duration.refine((text) => seconds(text) <= LONGEST_SECONDS, 'ten years (3660d) at most'),
        z.literal('never'),
      ])
      .default('365d')
      .describe('After that it is worth nothing.'),
  })
  .refine(({ scopes, email }) => !scopes.includes('approve') || email !== null, {
    path: ['email'],
    error: 'an approval is told by the e-mail address of whoever gives it',
  });

export const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  scopes: z.array(z.enum(SCOPES)),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export type TokenView = z.infer<typeof tokenView>;

/** With the token itself: this once, and never again. */
export const newTokenView = tokenView.extend({ token: z.string() });
export type NewTokenView = z.infer<typeof newTokenView>;
