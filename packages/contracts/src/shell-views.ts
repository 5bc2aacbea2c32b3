/** Shells, logins without a password, and break-glass. Times are ISO 8601 in UTC. */
import { z } from 'zod';

export const SHELL_KINDS = ['shell', 'odoo', 'psql'] as const;
export type ShellKind = (typeof SHELL_KINDS)[number];

const columns = z.int().min(20).max(500);
const rows = z.int().min(5).max(300);

export const shellBody = z
  .strictObject({
    kind: z
      .enum(SHELL_KINDS)
      .default('shell')
      .describe("shell: a command line; odoo: Python with `env`; psql: SQL, as the environment's own role."),
    columns: columns.default(80),
    rows: rows.default(24),
    command: z
      .array(
        z
          .string()
          .max(65_536)
          // A program's argument ends at a zero byte.
          .refine((text) => !text.includes('\0'), 'a zero byte cannot be passed to a program'),
      )
      .max(200)
      .default([])
      .describe(
        'shell: this program with these arguments instead of a command line; odoo and psql: arguments of those.',
      ),
    terminal: z
      .boolean()
      .default(true)
      .describe('false: plain bytes in and out, as in a pipe: for one command whose output somebody reads.'),
  })
  .describe('What to open.');

export const shellOpened = z.object({
  id: z.string(),
  /** Until then somebody has to attach; what is attached lives until `endsAt`. */
  expiresAt: z.string(),
  endsAt: z.string(),
  readOnly: z.boolean(),
});
export type ShellOpened = z.infer<typeof shellOpened>;

export const shellView = z.object({
  id: z.string(),
  environment: z.string(),
  kind: z.enum(SHELL_KINDS),
  readOnly: z.boolean(),
  glass: z.string().nullable(),
  openedBy: z.string(),
  openedAt: z.string(),
  attachedAt: z.string().nullable(),
  endsAt: z.string(),
  endedAt: z.string().nullable(),
  exitCode: z.int().nullable(),
  /** Why it ended: exited, or who or what ended it. */
  why: z.string().nullable(),
  /** Bytes of its recording; null: none is kept yet, or not any more. */
  recorded: z.int().nullable(),
});
export type ShellView = z.infer<typeof shellView>;

/** A text frame from whoever sits at the terminal. A binary frame is what they type. */
export const shellRequest = z.union([
  z.strictObject({ resize: z.strictObject({ columns, rows }) }),
  /** No more input comes: for `terminal: false`. */
  z.strictObject({ eof: z.literal(true) }),
]);
export type ShellRequest = z.infer<typeof shellRequest>;

/** A text frame to them: the last one. A binary frame is what to show. */
export const shellEnd = z.object({ exit: z.object({ code: z.int().nullable(), why: z.string() }) });
export type ShellEnd = z.infer<typeof shellEnd>;

export const connectBody = z.strictObject({
  user: z.string().min(1).max(200).default('admin').describe('Login of the user.'),
});
export const connectView = z.object({
  /** Logs in whoever opens it: once, and only until `expiresAt`. */
  url: z.string(),
  user: z.string(),
  expiresAt: z.string(),
});
export type ConnectView = z.infer<typeof connectView>;

export const environmentUser = z.object({
  login: z.string(),
  name: z.string(),
  active: z.boolean(),
  kind: z.enum(['internal', 'portal', 'public']),
});
export type EnvironmentUser = z.infer<typeof environmentUser>;

export const glassBody = z.strictObject({
  reason: z.string().trim().min(15, 'say in a sentence why: at least 15 characters').max(1000),
  minutes: z.int().min(5).max(60).default(30),
  write: z.boolean().default(false).describe('Also what changes production: needed for a login and for `odoo`.'),
});

export const glassView = z.object({
  id: z.string(),
  project: z.string(),
  environment: z.string(),
  reason: z.string(),
  write: z.boolean(),
  openedBy: z.string(),
  openedAt: z.string(),
  until: z.string(),
  closedAt: z.string().nullable(),
  closedBy: z.string().nullable(),
  /** Shells that were opened through it. */
  shells: z.array(z.string()),
});
export type GlassView = z.infer<typeof glassView>;
