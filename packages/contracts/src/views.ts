/** What the API answers, and so what `--json` prints. Times are ISO 8601 in UTC; durations are milliseconds. */
import { z } from 'zod';
import { guardSummary } from './guards-views.ts';

export const previewState = z.enum([
  'blocked',
  'queued',
  'building',
  'testing',
  'live',
  'sleeping',
  'failed',
  'closed',
]);
export type PreviewState = z.infer<typeof previewState>;

export const verdict = z.enum(['green', 'yellow', 'red']);
export type Verdict = z.infer<typeof verdict>;

/** As Odoo counts them: a test that runs several times counts once, an error is a failed test. */
export const testCounts = z.object({ run: z.int(), failed: z.int() });
export type TestCounts = z.infer<typeof testCounts>;

export const moduleAction = z.enum(['nothing', 'restart', 'update', 'install']);
export type ModuleAction = z.infer<typeof moduleAction>;

export const modulePlan = z.object({
  name: z.string(),
  action: moduleAction,
  why: z.string(),
  version: z.string().nullable(),
});
export type ModulePlan = z.infer<typeof modulePlan>;

export const failureData = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  facts: z.record(z.string(), z.unknown()),
});

export const previewView = z.object({
  project: z.string(),
  number: z.int(),
  title: z.string().nullable(),
  state: previewState,
  /** 1 = next; null when it does not wait. */
  position: z.int().nullable(),
  /** Why it waits or is blocked, in words. */
  reason: z.string().nullable(),
  url: z.string().nullable(),
  login: z.object({ user: z.string(), password: z.string() }).nullable(),
  database: z.string(),
  branch: z.string().nullable(),
  /** The commit asked for last. */
  sha: z.string(),
  /** The commit that is being served; differs from `sha` while a newer one builds, or after it failed. */
  liveSha: z.string().nullable(),
  verdict: verdict.nullable(),
  /** Of the newest build that has ended; null when it ran no tests. */
  tests: testCounts.nullable(),
  /** Of the commit asked for last; null: not looked at yet. */
  guards: guardSummary.nullable(),
  modules: z.array(modulePlan),
  /** Milliseconds by step of the newest run, plus `total` from request to end. */
  timings: z.record(z.string(), z.number()),
  run: z.string().nullable(),
  build: z.string().nullable(),
  failure: failureData.extend({ step: z.string().nullable(), lastLines: z.array(z.string()) }).nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type PreviewView = z.infer<typeof previewView>;

export const runState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'superseded']);
export type RunState = z.infer<typeof runState>;

export const stepView = z.object({
  index: z.int(),
  name: z.string(),
  kind: z.string(),
  state: z.enum(['pending', 'running', 'done', 'skipped', 'failed']),
  attempts: z.int(),
  startedAt: z.string().nullable(),
  milliseconds: z.number().nullable(),
  note: z.string().nullable(),
});

export const runView = z.object({
  id: z.string(),
  project: z.string(),
  environment: z.string(),
  kind: z.string(),
  state: runState,
  position: z.int().nullable(),
  reason: z.string().nullable(),
  sha: z.string().nullable(),
  requestedBy: z.string(),
  requestedAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  steps: z.array(stepView),
  failure: failureData.nullable(),
});
export type RunView = z.infer<typeof runView>;

export const environmentView = z.object({
  name: z.string(),
  project: z.string(),
  stage: z.enum(['development', 'preview', 'staging', 'production']),
  state: previewState,
  database: z.string(),
  url: z.string().nullable(),
  sha: z.string().nullable(),
  image: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Of an environment that is live and is no production; only where one environment is asked for. */
  login: z.object({ user: z.string(), password: z.string() }).nullable().optional(),
});
export type EnvironmentView = z.infer<typeof environmentView>;

export const buildView = z.object({
  id: z.string(),
  project: z.string(),
  sha: z.string(),
  branch: z.string().nullable(),
  message: z.string().nullable(),
  author: z.string().nullable(),
  committedAt: z.string().nullable(),
  lockHash: z.string(),
  image: z.string().nullable(),
  imageDigest: z.string().nullable(),
  verdict: verdict.nullable(),
  /** Null when it ran no tests. */
  tests: testCounts.nullable(),
  state: z.enum(['building', 'built', 'failed']),
  cached: z.boolean(),
  createdAt: z.string(),
  milliseconds: z.number().nullable(),
});
export type BuildView = z.infer<typeof buildView>;

export const evidenceView = z.object({
  run: z.string(),
  folder: z.string(),
  kind: z.string(),
  artifacts: z.array(
    z.object({
      sequence: z.int(),
      path: z.string(),
      sha256: z.string(),
      bytes: z.int(),
      chain: z.string(),
      createdAt: z.string(),
    }),
  ),
});
export type EvidenceView = z.infer<typeof evidenceView>;

export const evidenceVerdict = z.object({
  ok: z.boolean(),
  checked: z.int(),
  /** The first entry that does not hold, or null. */
  firstAltered: z.object({ path: z.string(), reason: z.string() }).nullable(),
  /** How many runs were sealed with a signature. */
  heads: z.int(),
  /** Keep it elsewhere: evidence in which this head is missing, or has another hash, was cut off or made anew. */
  newestHead: z
    .object({ number: z.int(), hash: z.string(), run: z.string(), sealedAt: z.string(), key: z.string() })
    .nullable(),
  /** PEM of the Ed25519 key that signs now. */
  publicKey: z.string(),
});
export type EvidenceVerdict = z.infer<typeof evidenceVerdict>;

export const statusView = z.object({
  version: z.string(),
  instance: z.string(),
  startedAt: z.string(),
  edge: z.object({ url: z.string(), listening: z.boolean() }),
  database: z.object({ ok: z.boolean(), version: z.string().nullable(), managed: z.boolean() }),
  docker: z.object({ ok: z.boolean(), version: z.string().nullable() }),
  projects: z.array(
    z.object({
      name: z.string(),
      series: z.string(),
      source: z.string(),
      live: z.int(),
      queued: z.int(),
      max: z.int(),
    }),
  ),
  previews: z.array(previewView),
});
export type StatusView = z.infer<typeof statusView>;

export const secretView = z.object({
  name: z.string(),
  stage: z.string(),
  version: z.int(),
  updatedAt: z.string(),
  updatedBy: z.string(),
});
export type SecretView = z.infer<typeof secretView>;

/** A database and its filestore at one moment: sanitised (a snapshot), or raw and encrypted (a backup). Sizes are bytes. */
export const snapshotView = z.object({
  id: z.string(),
  project: z.string(),
  kind: z.enum(['raw', 'sanitised']),
  reason: z.enum(['manual', 'schedule', 'deployment', 'refresh']),
  series: z.string(),
  modules: z.int(),
  rows: z.int(),
  files: z.int(),
  bytes: z.int(),
  storedBytes: z.int(),
  encrypted: z.boolean(),
  takenAt: z.string(),
  finishedAt: z.string(),
  pinned: z.boolean(),
  /** Why it is kept, or that the next pruning removes it. */
  keep: z.string().nullable(),
});
export type SnapshotView = z.infer<typeof snapshotView>;

/** What the store itself holds, whether the list knows it or not. */
export const storedSnapshotView = z.object({
  id: z.string(),
  /** Null: not even that can be read. */
  kind: z.enum(['raw', 'sanitised']).nullable(),
  takenAt: z.string().nullable(),
  rows: z.int(),
  bytes: z.int(),
  storedBytes: z.int(),
  /** `listed` already; `adopted` just now; `new`: it can be. All others cannot be. */
  state: z.enum(['listed', 'adopted', 'new', 'other-project', 'other-key', 'damaged', 'too-new']),
  reason: z.string().nullable(),
});
export type StoredSnapshotView = z.infer<typeof storedSnapshotView>;

export const snapshotVerdict = z.object({
  ok: z.boolean(),
  objects: z.int(),
  damages: z.array(z.object({ part: z.string(), object: z.string(), reason: z.string() })),
});
export type SnapshotVerdict = z.infer<typeof snapshotVerdict>;

/** Work on production's data that leaves what is served alone: its failure is no state of production. */
export const failedUpkeep = z.object({
  run: z.string(),
  kind: z.enum(['create-snapshot', 'copy-server', 'prune-snapshots']),
  /** Which snapshot was to be made: `raw` is a backup. */
  of: z.enum(['raw', 'sanitised']).nullable(),
  at: z.string(),
  failure: failureData.pick({ code: true, message: true, hint: true }),
});
export type FailedUpkeep = z.infer<typeof failedUpkeep>;

/** A project's data as a whole: what is due when, what was proved, what is wrong. */
export const dataView = z.object({
  schedules: z.array(
    z.object({
      name: z.string(),
      expression: z.string(),
      nextAt: z.string().nullable(),
      lastAt: z.string().nullable(),
    }),
  ),
  drill: z
    .object({
      snapshot: z.string(),
      recoveryPointSeconds: z.number(),
      recoveryTimeSeconds: z.number(),
      rowsCompared: z.number(),
      at: z.string(),
    })
    .nullable(),
  /** Every moment in a window can be restored; null: no log is kept. */
  archive: z
    .object({
      windows: z.array(z.object({ from: z.string(), until: z.string() })),
      lagSeconds: z.number().nullable(),
      retainedBytes: z.int(),
    })
    .nullable(),
  events: z.array(z.object({ kind: z.string(), subject: z.string(), message: z.string(), at: z.string() })),
  /** What failed when it was last tried, newest first. */
  failed: z.array(failedUpkeep),
});
export type ProjectDataView = z.infer<typeof dataView>;

export const mailViewInList = z.object({
  id: z.string(),
  environment: z.string(),
  receivedAt: z.string(),
  /** Of the envelope: who would have got it, blind copies too. */
  sender: z.string(),
  recipients: z.array(z.string()),
  subject: z.string(),
  from: z.string(),
  to: z.string(),
  attachments: z.array(z.object({ name: z.string(), type: z.string(), bytes: z.int() })),
  bytes: z.int(),
});
export type MailViewInList = z.infer<typeof mailViewInList>;

export const mailView = mailViewInList.extend({ text: z.string(), html: z.string() });
export type MailView = z.infer<typeof mailView>;

export const attemptView = z.object({
  environment: z.string(),
  kind: z.enum(['dns', 'http', 'connect', 'smtp']),
  host: z.string(),
  /** 0 where there is none, as for a name that was asked for. */
  port: z.int(),
  /** `caught`: a mail that went to the catcher and nowhere else. */
  outcome: z.enum(['allowed', 'refused', 'caught']),
  reason: z.string(),
  count: z.int(),
  bytesSent: z.int(),
  bytesReceived: z.int(),
  firstAt: z.string(),
  lastAt: z.string(),
});
export type AttemptView = z.infer<typeof attemptView>;

const logStream = z.enum(['build', 'odoo', 'step']);
export const logLine = z.object({
  /** Of a line that is kept: what a reader goes on after. */
  sequence: z.int().optional(),
  at: z.string(),
  stream: logStream,
  text: z.string(),
});
export type LogLine = z.infer<typeof logLine>;

/** What stands between an environment, or any database, and a safe start. */
export const neutralisationView = z.object({
  /** The environment's name, or the database in the address. */
  subject: z.string(),
  /** Whether an Odoo that is not production may start on it. */
  ok: z.boolean(),
  /** Also asked what must have gone when the data came. */
  arrival: z.boolean(),
  asked: z.int(),
  /** Checks that were not asked: their tables are not there, or they need the identity of an environment. */
  skipped: z.array(z.string()),
  findings: z.array(
    z.object({
      id: z.string(),
      severity: z.enum(['refuse', 'tell']),
      meaning: z.string(),
      mend: z.string(),
      rows: z.int(),
      /** Which records, never their content. */
      examples: z.array(z.string()),
    }),
  ),
});
export type NeutralisationView = z.infer<typeof neutralisationView>;
