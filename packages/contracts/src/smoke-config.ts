/** The section `smoke` of slipway.yaml: what must be true of an Odoo that answers (D8). */
import { z } from 'zod';
import { secretName } from './config-values.ts';

const ownPath = z
  .string()
  .max(2000)
  .regex(/^\/(?![/\\])[^\s\\#]*$/, 'a path of this Odoo, beginning with one /, such as /api/v1/health');

const path = z.strictObject({
  path: ownPath.describe('What is asked for, without a login.'),
  status: z
    .int()
    .min(100)
    .max(599)
    .default(200)
    .describe('The HTTP status that it must answer; redirects are not followed.'),
  text: z.string().min(1).max(1000).optional().describe('Text that the answer must hold.'),
  maximum_ms: z.int().min(1).max(60_000).optional().describe('Milliseconds that the answer may take at most.'),
});

const login = z
  .strictObject({
    user: z.string().min(1).max(200).describe('Login of a user of this Odoo.'),
    password: secretName.optional().describe('Name of the secret with its password, for a session as people have it.'),
    api_key: secretName.optional().describe('Name of the secret with its API key, for a call to /json/2 (Odoo 19).'),
  })
  .refine(({ password, api_key }) => password !== undefined || api_key !== undefined, {
    error: 'names a user, but neither a password nor an api_key to get in with',
  });

export const smokeSection = z.strictObject({
  database_selector: z
    .enum(['disabled', 'enabled'])
    .default('disabled')
    .describe('Whether strangers may see the list of databases.'),
  paths: z
    .array(path)
    .max(50)
    .default([])
    .refine((paths) => new Set(paths.map((each) => each.path)).size === paths.length, {
      error: 'names a path twice',
    })
    .describe("The project's own endpoints."),
  thresholds: z
    .strictObject({
      p95_ms: z
        .int()
        .min(1)
        .max(60_000)
        .default(500)
        .describe('95 of 100 probes are answered in this many milliseconds.'),
      error_percent: z.number().min(0).max(100).default(0.1).describe('How many of 100 probes may fail.'),
      log_errors: z.int().min(0).max(10_000).default(0).describe("How many errors Odoo's last log lines may hold."),
      modules: z.int().min(1).max(10_000).default(1).describe('How many modules must be installed at least.'),
      models: z.int().min(1).max(100_000).default(1).describe('How many models must be registered at least.'),
    })
    .prefault({})
    .describe('What is still good.'),
  probe: z
    .strictObject({
      path: ownPath.default('/web/login').describe('What is asked for.'),
      requests: z.int().min(5).max(500).default(40).describe('How many requests are sent.'),
      concurrency: z.int().min(1).max(16).default(2).describe('How many of them at a time.'),
    })
    .prefault({})
    .describe('The short probe of latency and errors.'),
  login: login
    .optional()
    .describe(
      'Who logs in. The secrets are those of stage production; `slipway smoke` takes variables of the same names. Staging is logged in to by its own administrator.',
    ),
  browser: z
    .boolean()
    .default(false)
    .describe(
      'Whether `slipway smoke` also logs in with a Chromium and opens a menu, as with --browser. A deployment starts no browser.',
    ),
});

export type SmokeSection = z.infer<typeof smokeSection>;
