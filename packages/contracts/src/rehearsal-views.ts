/** A rehearsal: a release carried out on a copy of production, as the API answers it (X1). Times are ISO 8601 in UTC, sizes bytes. */
import { z } from 'zod';
import { forecastView } from './forecast-views.ts';
import { failureData, moduleAction } from './views.ts';

/** One kind of lock on one table, over the whole update. */
const lock = z.object({
  table: z.string(),
  /** As PostgreSQL names it: `AccessExclusiveLock`. */
  mode: z.string(),
  /** The longest time, as far as samples can tell. */
  seconds: z.number(),
  /** In how many transactions. */
  times: z.int(),
});

export const locksView = z.object({
  /** How often was looked; what is shorter than the time between two looks is not seen. */
  samples: z.int(),
  everyMilliseconds: z.int(),
  /** Locks that keep others from writing or reading, the longest first. */
  held: z.array(lock),
  /** What the update itself had to wait for. */
  waits: z.array(lock),
});
export type LocksView = z.infer<typeof locksView>;

const sizedTable = z.object({
  table: z.string(),
  /** With its indexes; null: it was not there. */
  before: z.number().nullable(),
  after: z.number().nullable(),
});
export const tablesView = z.object({
  /** Of all tables. */
  before: z.number(),
  after: z.number(),
  largest: z.array(sizedTable),
  /** Those whose size changed most. */
  changed: z.array(sizedTable),
});
export type TablesView = z.infer<typeof tablesView>;

export const moduleTime = z.object({ name: z.string(), seconds: z.number() });
export type ModuleTime = z.infer<typeof moduleTime>;

/** Null of a part: it did not come to that. */
export const rehearsalReport = z.object({
  action: moduleAction,
  /** What was updated and installed; seconds: null where Odoo did not say. */
  modules: z.array(
    z.object({ name: z.string(), action: z.enum(['update', 'install']), seconds: z.number().nullable() }),
  ),
  update: z.object({ seconds: z.number(), errors: z.array(z.string()), warnings: z.array(z.string()) }).nullable(),
  locks: locksView.nullable(),
  tables: tablesView.nullable(),
  figures: z.object({ compared: z.int(), broken: z.array(z.string()) }).nullable(),
  smoke: z.object({ passed: z.int(), skipped: z.int(), failed: z.array(z.string()) }).nullable(),
  forecast: forecastView.nullable(),
  /** `about 4 min read-only, 3 modules, no lock > 2 s`; null: it did not come to an end. */
  says: z.string().nullable(),
});
export type RehearsalReport = z.infer<typeof rehearsalReport>;

export const rehearsalView = z.object({
  /** The run that it was. */
  id: z.string(),
  project: z.string(),
  state: z.enum(['succeeded', 'failed', 'cancelled']),
  sha: z.string(),
  imageDigest: z.string(),
  /** What production ran; null: not known, as of one that Slipway does not run. */
  productionSha: z.string().nullable(),
  snapshot: z.object({ id: z.string(), takenAt: z.string() }).nullable(),
  requestedBy: z.string(),
  at: z.string(),
  /** From its beginning to its end, clearing away included. */
  seconds: z.number(),
  failure: failureData.nullable(),
  /** The last lines before it failed. */
  lastLines: z.array(z.string()),
  report: rehearsalReport.nullable(),
});
export type RehearsalView = z.infer<typeof rehearsalView>;
