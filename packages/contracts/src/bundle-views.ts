/** What stands in an evidence bundle, and what is said of one. Times are ISO 8601 in UTC; durations are milliseconds. */
import { z } from 'zod';
import { deploymentTimesView } from './forecast-views.ts';
import { failureData, modulePlan, runState, verdict } from './views.ts';

/** Null of a part: not part of this release, or not recorded. Nothing is guessed. */
export const bundleSummary = z.object({
  version: z.literal(1),
  run: z.object({
    id: z.string(),
    deployment: z.string().nullable(),
    project: z.string(),
    environment: z.string(),
    stage: z.string(),
    kind: z.string(),
    state: runState,
    /** Of the deployment: succeeded, failed, rolled-back, cancelled. */
    outcome: z.string().nullable(),
    requestedBy: z.string(),
    requestedAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    milliseconds: z.number().nullable(),
    failure: failureData.nullable(),
  }),
  release: z.object({
    sha: z.string().nullable(),
    build: z.string().nullable(),
    image: z.string().nullable(),
    imageDigest: z.string().nullable(),
    lockHash: z.string().nullable(),
    contentHash: z.string().nullable(),
    tests: verdict.nullable(),
    /** What would go live with it. */
    commits: z
      .array(
        z.object({
          sha: z.string(),
          author: z.string(),
          email: z.string(),
          subject: z.string(),
          at: z.string(),
        }),
      )
      .nullable(),
    modules: z.array(modulePlan).nullable(),
  }),
  gates: z
    .array(
      z.object({
        gate: z.string(),
        state: z.enum(['pass', 'wait', 'fail', 'off']),
        why: z.string(),
        fix: z.string().nullable(),
      }),
    )
    .nullable(),
  approvals: z
    .array(
      z.object({
        who: z.string(),
        email: z.string().nullable(),
        sha: z.string(),
        decision: z.enum(['approved', 'refused']),
        reason: z.string().nullable(),
        at: z.string(),
      }),
    )
    .nullable(),
  emergency: z.object({ who: z.string(), reason: z.string(), at: z.string() }).nullable(),
  rehearsal: z
    .object({
      run: z.string().nullable(),
      sha: z.string(),
      productionSha: z.string().nullable(),
      succeeded: z.boolean(),
      snapshot: z.string().nullable(),
      snapshotTakenAt: z.string().nullable(),
      at: z.string(),
      seconds: z.number(),
      /** `about 4 min read-only, 3 modules, no lock > 2 s`; null: it did not come to that. */
      forecast: z.string().nullable().default(null),
    })
    .nullable(),
  /** By which way it went live, why, and how long each phase took. */
  times: deploymentTimesView.nullable().default(null),
  backup: z.object({ id: z.string(), run: z.string().nullable(), takenAt: z.string().nullable() }).nullable(),
  smoke: z.object({ failed: z.array(z.string()), at: z.string() }).nullable(),
  invariants: z.object({ broken: z.array(z.string()), at: z.string() }).nullable(),
  /** How the new version was found to be well, as the deployment recorded it. */
  health: z.array(z.string()).nullable(),
  migrations: z
    .array(z.object({ module: z.string(), from: z.string().nullable(), to: z.string().nullable() }))
    .nullable(),
  rollback: z.object({ sha: z.string() }).nullable(),
  steps: z.array(
    z.object({
      index: z.int(),
      name: z.string(),
      state: z.enum(['running', 'done', 'skipped', 'failed']),
      attempts: z.int(),
      startedAt: z.string(),
      milliseconds: z.number().nullable(),
      note: z.string().nullable(),
    }),
  ),
  /** Other runs whose evidence is in the bundle, and why. */
  restsOn: z.array(
    z.object({
      role: z.enum(['staging', 'backup', 'rehearsal']),
      run: z.string(),
      kind: z.string(),
      state: runState,
      finishedAt: z.string().nullable(),
    }),
  ),
});
export type BundleSummary = z.infer<typeof bundleSummary>;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const bundleManifest = z.strictObject({
  format: z.literal('slipway-evidence-bundle'),
  version: z.literal(1),
  instance: z.string(),
  run: z.string(),
  key: z.strictObject({ id: z.string(), fingerprint: hash }),
  /** Every file but the manifest and its signature, in the order of the zip. */
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: hash })),
  runs: z.array(
    z.strictObject({
      run: z.string(),
      role: z.enum(['subject', 'staging', 'backup', 'rehearsal']),
      /** Links of the installation's chain. Those between belong to other runs. */
      chain: z.array(
        z.strictObject({
          sequence: z.int().min(1),
          path: z.string(),
          sha256: hash,
          bytes: z.int().min(0),
          createdAt: z.string(),
          previousChain: hash,
          chain: hash,
        }),
      ),
      heads: z.array(
        z.strictObject({
          number: z.int().min(1),
          run: z.string(),
          sequence: z.int().min(0),
          chain: hash,
          previous: hash,
          sealedAt: z.string(),
          key: z.string(),
          signature: z.string(),
        }),
      ),
    }),
  ),
});
export type BundleManifest = z.infer<typeof bundleManifest>;

/** Below this folder lies the evidence, as it lies in the installation's own. */
export const EVIDENCE_FOLDER = 'evidence/';
export const MANIFEST_FILE = 'manifest.json';
export const SIGNATURE_FILE = 'manifest.sig';
export const KEY_FILE = 'public-key.pem';

export const bundleVerdict = z.object({
  file: z.string(),
  ok: z.boolean(),
  run: z.string().nullable(),
  files: z.int(),
  bytes: z.int(),
  key: z
    .object({
      id: z.string(),
      fingerprint: z.string(),
      /** `given` and `local`: compared with a key that did not come with the bundle. `itself`: with nothing. */
      trust: z.enum(['given', 'local', 'itself']),
    })
    .nullable(),
  /** What does not hold, at most twenty. */
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type BundleVerdict = z.infer<typeof bundleVerdict>;
