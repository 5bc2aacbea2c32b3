import type { BundleSummary } from '@slipway/contracts/bundle-views';
import { type RunState, verdict } from '@slipway/contracts/views';
import { z } from 'zod';
import { readSteps } from '../store/journal.ts';
import type { Queryable } from '../store/queryable.ts';
import { type ReleaseRecords, type ReleaseRun, readRelease, runsItRestsOn } from '../store/release-runs.ts';
import { deploymentTimes } from './deployment-times.ts';
import { type PlannedFacts, plannedFacts, type ReleaseFacts, releaseFacts } from './release-facts.ts';

export interface ReleaseSummary {
  /** The run itself first. */
  readonly runs: readonly ReleaseRun[];
  readonly summary: BundleSummary;
}

/** Everything that is known of a release, by the id of its run or deployment. What is not known is null. Failure: run-unknown. */
export const releaseSummary = async (db: Queryable, id: string): Promise<ReleaseSummary> => {
  const records = await readRelease(db, id);
  const facts = releaseFacts(records.promotion);
  const planned = plannedFacts(records.subject.facts);
  const backup = facts.backup?.id ?? (records.subject.kind === 'create-snapshot' ? null : (planned.snapshot ?? null));
  const restsOn = await runsItRestsOn(db, records, backup);
  const steps = await readSteps(db, records.subject.id);
  const times = (await deploymentTimes(db, records.subject.environment, [records.subject.id])).get(records.subject.id);
  const runOf = (role: string): string | null => restsOn.find((one) => one.role === role)?.run.id ?? null;
  const { release: _, commits: __, tests: ___, ...judged } = facts;
  const summary: BundleSummary = {
    version: 1,
    run: runPart(records),
    release: releasePart(records, facts, planned),
    ...judged,
    rehearsal: facts.rehearsal === null ? null : { run: runOf('rehearsal'), ...facts.rehearsal },
    times: times ?? null,
    backup: backupPart(facts, backup, runOf('backup')),
    ...deploymentPart(records),
    steps: steps.map(({ index, name, state, attempts, startedAt, milliseconds, note }) => {
      return { index, name, state, attempts, startedAt, milliseconds, note };
    }),
    restsOn: restsOn.map(({ role, run }) => ({
      role: role as BundleSummary['restsOn'][number]['role'],
      run: run.id,
      kind: run.kind,
      state: run.state,
      finishedAt: run.finishedAt,
    })),
  };
  return { runs: [{ role: 'subject', run: records.subject }, ...restsOn], summary };
};

const runPart = ({ subject, stage, deployment }: ReleaseRecords): BundleSummary['run'] => ({
  id: subject.id,
  deployment: deployment?.id ?? null,
  project: subject.project,
  environment: subject.environment,
  stage,
  kind: subject.kind,
  state: subject.state as RunState,
  outcome: deployment?.status ?? null,
  requestedBy: subject.requestedBy,
  requestedAt: subject.requestedAt,
  startedAt: subject.startedAt,
  finishedAt: subject.finishedAt,
  milliseconds:
    subject.startedAt === null || subject.finishedAt === null
      ? null
      : Date.parse(subject.finishedAt) - Date.parse(subject.startedAt),
  failure: subject.failure,
});

/** What was promoted says most; then what the run was planned with; then what the build of that commit recorded. */
const releasePart = (
  { subject, build }: ReleaseRecords,
  { release, commits, tests }: ReleaseFacts,
  { preview, build: planned }: PlannedFacts,
): BundleSummary['release'] => ({
  sha: subject.sha,
  build: release?.build ?? planned ?? build?.id ?? null,
  image: release?.image ?? preview?.image.reference ?? build?.image ?? null,
  imageDigest: release?.imageDigest ?? build?.imageDigest ?? null,
  lockHash: release?.lockHash ?? preview?.image.lockHash ?? build?.lockHash ?? null,
  contentHash: release?.contentHash ?? preview?.image.contentHash ?? build?.contentHash ?? null,
  tests: tests ?? verdict.safeParse(build?.verdict).data ?? null,
  commits,
  modules: preview?.change.changes ?? null,
});

const backupPart = (facts: ReleaseFacts, id: string | null, run: string | null): BundleSummary['backup'] => {
  if (facts.backup !== null) return { ...facts.backup, run };
  return id === null || run === null ? null : { id, run, takenAt: null };
};

const migrations = z.array(
  z.object({
    module: z.string(),
    versionBefore: z.string().nullable(),
    versionAfter: z.string().nullable(),
  }),
);
const health = z.array(z.object({ note: z.string().nullish() }));

const deploymentPart = ({ deployment }: ReleaseRecords): Pick<BundleSummary, 'health' | 'migrations' | 'rollback'> => {
  const moved = migrations.safeParse(deployment?.migrations).data;
  const well = health.safeParse(deployment?.health).data;
  return {
    health: well?.flatMap(({ note }) => (note == null ? [] : [note])) ?? null,
    migrations:
      moved?.map(({ module, versionBefore, versionAfter }) => ({ module, from: versionBefore, to: versionAfter })) ??
      null,
    rollback: deployment?.rollbackSha == null ? null : { sha: deployment.rollbackSha },
  };
};
