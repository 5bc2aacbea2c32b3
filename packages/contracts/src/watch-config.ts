/** Section `watch` of a production that Slipway runs: how long a new version is compared with the one before, and what is too much. */
import { z } from 'zod';
import { duration } from './config-values.ts';

export const watchSection = z.strictObject({
  for: z
    .union([z.literal('off'), duration])
    .default('15m')
    .describe(
      'How long production is watched after a deployment, compared with the version before: `15m`, at most `12h`; `off` or `0s`: not at all.',
    ),
  rollback: z
    .boolean()
    .default(true)
    .describe(
      'Whether a version that is worse is rolled back by itself. Only of code: where going back would lose data, people are told.',
    ),
  new_errors: z
    .int()
    .min(1)
    .default(3)
    .describe("How often an error has to stand in Odoo's log that did not before. A critical one: once."),
  error_percent: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe('Of 100 requests, how many may be answered by an error of the server (or thrice as many as before).'),
  p95: z.int().min(1).default(500).describe('Milliseconds within which 95 of 100 answers may always begin.'),
  p95_times: z
    .number()
    .min(1)
    .max(100)
    .default(2)
    .describe('Above that: how many times as slow as before is too slow.'),
  requests: z
    .int()
    .min(1)
    .default(50)
    .describe('How many requests each version has to have had before their numbers are compared.'),
  cron_failures: z
    .int()
    .min(1)
    .default(2)
    .describe('How often a scheduled action has to fail that did not fail before.'),
});
export type WatchSettings = z.infer<typeof watchSection>;
