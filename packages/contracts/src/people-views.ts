/** Accounts, sessions, invitations. Times are ISO 8601 in UTC. */
import { z } from 'zod';
import { duration } from './config-values.ts';
import { ROLES } from './permissions.ts';
import { SCOPES } from './route.ts';
import { tokenName, tokenView } from './token-views.ts';

const role = z.enum(ROLES);
const email = z.email().max(254).toLowerCase();
// No control characters: it is shown in lists, logs and mails.
const personName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{C}*$/u, 'letters, digits and signs');
/** What it has to be is asked of it where it is chosen, with the reason: `password-weak`. */
const password = z.string().min(1).max(1000);
const linkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'not a token of a link');
const code = z.string().trim().min(1).max(100);
const projects = z.record(z.string().min(1).max(100), role);

export const setupBody = z.strictObject({ token: linkToken, name: personName, email, password });
export const signInBody = z.strictObject({
  email,
  password,
  remember: z.boolean().default(true).describe('False: the session ends with the browser, and after a day.'),
});
export const passwordBody = z.strictObject({ password });
export const codeBody = z.strictObject({ code });
export const changePasswordBody = z.strictObject({ current: password, password });
export const profileBody = z.strictObject({ name: personName });
export const addressBody = z.strictObject({ email, password });
export const providerBody = z.strictObject({
  next: z
    .string()
    .max(2000)
    .regex(/^\/(?![/\\])[^\\\p{C}]*$/u, 'a path of the dashboard')
    .default('/')
    .describe('Where the browser goes afterwards.'),
});
export const invitationBody = z.strictObject({
  email,
  name: personName.nullable().default(null),
  installation: z.boolean().default(false).describe('To be an administrator of the installation.'),
  roles: projects.default({}).describe('By project.'),
});
export const lookBody = z.strictObject({ token: linkToken });
export const acceptBody = z.strictObject({ token: linkToken, name: personName, password });
export const newPasswordBody = z.strictObject({ token: linkToken, password });
export const resetBody = z.strictObject({
  second_factor: z
    .enum(['keep', 'remove'])
    .default('keep')
    .describe('remove: the phone and the recovery codes are lost.'),
});
export const userBody = z.strictObject({
  installation: z.boolean().optional().describe('Whether they are an administrator of the installation.'),
  active: z.boolean().optional().describe('False: signed out everywhere, tokens revoked, and nobody signs in.'),
  roles: z
    .record(z.string().min(1).max(100), role.nullable())
    .default({})
    .describe('By project; null takes the role away. Projects that are not named stay as they are.'),
});

export const setupView = z.object({ needed: z.boolean() });
/** `link` is a secret: whoever has it is let in, once. */
export const linkView = z.object({ link: z.string(), expiresAt: z.string() });
export type LinkView = z.infer<typeof linkView>;
export const signedInView = z.object({
  /** False: the second factor is asked for next. */
  signedIn: z.boolean(),
});
export const doneView = z.object({ done: z.literal(true) });
export const signInView = z.object({
  providers: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Where a new account begins, if nobody has one. */
  setup: z.boolean(),
});
/** Shown once. The secret is in the address; recovery codes work once each. */
export const secondFactorView = z.object({ address: z.string(), recoveryCodes: z.array(z.string()) });
export const recoveryCodesView = z.object({ recoveryCodes: z.array(z.string()) });

export const meView = z.object({
  /** Null: a token that is nobody's account. */
  user: z.object({ id: z.string(), name: z.string(), email: z.string(), twoFactor: z.boolean() }).nullable(),
  via: z.enum(['operator', 'token', 'session']),
  installation: z.boolean(),
  roles: z.record(z.string(), role),
  /** Whether the first account has still to be made. */
  setup: z.boolean(),
});
export type MeView = z.infer<typeof meView>;

export const sessionView = z.object({
  id: z.string(),
  current: z.boolean(),
  address: z.string().nullable(),
  browser: z.string().nullable(),
  createdAt: z.string(),
  lastUsedAt: z.string(),
  expiresAt: z.string(),
});
export type SessionView = z.infer<typeof sessionView>;

export const userView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  installation: z.boolean(),
  active: z.boolean(),
  twoFactor: z.boolean(),
  roles: projects,
  createdAt: z.string(),
  /** Null: never, or not since its sessions ended. */
  lastSeenAt: z.string().nullable(),
});
export type UserView = z.infer<typeof userView>;

export const invitationView = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  installation: z.boolean(),
  roles: projects,
  state: z.enum(['open', 'accepted', 'revoked', 'expired']),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
});
export type InvitationView = z.infer<typeof invitationView>;
/** With the link: this once, and never again. */
export const newInvitationView = invitationView.extend({ link: z.string() });
export const invitedView = invitationView.pick({
  email: true,
  name: true,
  installation: true,
  roles: true,
  expiresAt: true,
});

export const myTokenBody = z.strictObject({
  name: tokenName.describe('What it is for: one name once among yours.'),
  scopes: z.array(z.enum(SCOPES)).min(1).describe('What it may do, of what your roles allow.'),
  projects: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe('Null: every project that your roles reach.'),
  expires: z
    .union([duration, z.literal('never')])
    .default('90d')
    .describe('After that it is worth nothing.'),
});
export const myTokenView = tokenView
  .omit({ email: true, createdBy: true })
  .extend({ projects: z.array(z.string()).nullable() });
export type MyTokenView = z.infer<typeof myTokenView>;
export const newMyTokenView = myTokenView.extend({ token: z.string() });
