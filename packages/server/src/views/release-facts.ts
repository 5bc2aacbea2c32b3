import { type BundleSummary, bundleSummary } from '@slipway/contracts/bundle-views';
import { modulePlan, verdict } from '@slipway/contracts/views';
import { z } from 'zod';

const parts = bundleSummary.shape;
const rehearsal = parts.rehearsal.unwrap().omit({ run: true });
const backup = z.object({ id: z.string(), takenAt: z.string().nullable().default(null) });
const release = z.object({
  build: z.string(),
  image: z.string(),
  imageDigest: z.string(),
  lockHash: z.string(),
  contentHash: z.string(),
});

/** What a promotion was judged by. Null: it was not kept, or not in a shape that is understood. */
export interface ReleaseFacts {
  readonly release: z.infer<typeof release> | null;
  readonly commits: BundleSummary['release']['commits'];
  readonly gates: BundleSummary['gates'];
  readonly approvals: BundleSummary['approvals'];
  readonly emergency: BundleSummary['emergency'];
  readonly rehearsal: z.infer<typeof rehearsal> | null;
  readonly backup: z.infer<typeof backup> | null;
  readonly smoke: BundleSummary['smoke'];
  readonly invariants: BundleSummary['invariants'];
  readonly tests: z.infer<typeof verdict> | null;
}

/** One level of an object that may be none. */
const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

const read = <T>(schema: z.ZodType<T>, ...values: readonly unknown[]): T | null => {
  for (const value of values) {
    const checked = schema.safeParse(value);
    if (value != null && checked.success) return checked.data;
  }
  return null;
};

/** Facts stand in the promotion itself or under `facts` of it; gates and release beside them or within. */
export const releaseFacts = (promotion: unknown): ReleaseFacts => {
  const facts = at(promotion, 'facts');
  const both = (key: string): [unknown, unknown] => [at(promotion, key), at(facts, key)];
  return {
    release: read(release, ...both('release')),
    commits: read(parts.release.shape.commits.unwrap(), ...both('commits')),
    gates: read(parts.gates.unwrap(), ...both('gates')),
    approvals: read(parts.approvals.unwrap(), ...both('approvals')),
    emergency: read(parts.emergency.unwrap(), ...both('emergency')),
    rehearsal: read(rehearsal, ...both('rehearsal')),
    backup: read(backup, ...both('backup')),
    smoke: read(parts.smoke.unwrap(), ...both('smoke')),
    invariants: read(parts.invariants.unwrap(), ...both('invariants')),
    tests: read(verdict, ...both('tests')),
  };
};

const planned = z.object({
  build: z.string().optional(),
  snapshot: z.string().nullish(),
  preview: z
    .object({
      image: z.object({ reference: z.string(), lockHash: z.string(), contentHash: z.string() }),
      change: z.object({ changes: z.array(modulePlan) }),
    })
    .optional(),
});
export type PlannedFacts = z.infer<typeof planned>;

/** What the plan of a run was made from, as far as it is the kind of run that has it. */
export const plannedFacts = (facts: unknown): PlannedFacts => read(planned, facts) ?? {};
