import { Failure } from '@slipway/contracts/failure';
import type { Outcome, Step } from '../engine/interpret.ts';
import { addFilestore } from './add-filestore.ts';
import { aliasFilestore } from './alias-filestore.ts';
import { awaitReady } from './await-ready.ts';
import { bootCron } from './boot-cron.ts';
import { bootSlot } from './boot-slot.ts';
import { bringBackDatabase } from './bring-back-database.ts';
import { buildImage } from './build-image.ts';
import { checkRepository } from './check-repository.ts';
import { claimDatabase } from './claim-database.ts';
import { cloneDatabase } from './clone-database.ts';
import { cloneFilestore } from './clone-filestore.ts';
import { compareInvariants } from './compare-invariants.ts';
import { copyServer } from './copy-server.ts';
import { drainSlot } from './drain-slot.ts';
import { dropAttachments } from './drop-attachments.ts';
import { dropDatabase } from './drop-database.ts';
import { dropRole } from './drop-role.ts';
import { ensureCopy } from './ensure-copy.ts';
import { ensureRole } from './ensure-role.ts';
import { ensureTemplate } from './ensure-template.ts';
import { expectCheck } from './expect-check.ts';
import { expectSlot } from './expect-slot.ts';
import { forgetSecrets } from './forget-secrets.ts';
import { forgetSnapshot } from './forget-snapshot.ts';
import { freezeWrites } from './freeze-writes.ts';
import { logIn } from './log-in.ts';
import { measureInvariants } from './measure-invariants.ts';
import { measureTables } from './measure-tables.ts';
import { moveBranch } from './move-branch.ts';
import { moveSessions } from './move-sessions.ts';
import { neutraliseDatabase } from './neutralise-database.ts';
import { noteBaseline } from './note-baseline.ts';
import { probeDatabase } from './probe-database.ts';
import { pruneFilestore } from './prune-filestore.ts';
import { pruneSnapshots } from './prune-snapshots.ts';
import { putBackDatabase } from './put-back-database.ts';
import { recoverMoment } from './recover-moment.ts';
import { removeCron } from './remove-cron.ts';
import { removeFilestore } from './remove-filestore.ts';
import { removeSlot } from './remove-slot.ts';
import { requireArtifact } from './require-artifact.ts';
import { requireEmptyProduction } from './require-empty-production.ts';
import { restoreProduction } from './restore-production.ts';
import { restoreSnapshot } from './restore-snapshot.ts';
import { setRoute } from './set-route.ts';
import { smokeSlot } from './smoke-slot.ts';
import type { StepContext, StepKind } from './step.ts';
import { stopSlot } from './stop-slot.ts';
import { switchRoute } from './switch-route.ts';
import { takeOverDatabase } from './take-over-database.ts';
import { thawWrites } from './thaw-writes.ts';
import { updateModules } from './update-modules.ts';
import { validateDatabase } from './validate-database.ts';
import { verifySnapshot } from './verify-snapshot.ts';
import { writeSnapshot } from './write-snapshot.ts';

/** Every step kind there is. A plan with another kind is refused. */
const ALL = [
  addFilestore,
  aliasFilestore,
  awaitReady,
  bootCron,
  bringBackDatabase,
  bootSlot,
  buildImage,
  claimDatabase,
  checkRepository,
  cloneDatabase,
  cloneFilestore,
  compareInvariants,
  copyServer,
  drainSlot,
  dropAttachments,
  dropDatabase,
  dropRole,
  ensureCopy,
  ensureRole,
  ensureTemplate,
  expectCheck,
  expectSlot,
  forgetSecrets,
  forgetSnapshot,
  freezeWrites,
  logIn,
  moveSessions,
  measureInvariants,
  measureTables,
  moveBranch,
  neutraliseDatabase,
  noteBaseline,
  probeDatabase,
  pruneFilestore,
  pruneSnapshots,
  putBackDatabase,
  recoverMoment,
  removeCron,
  removeFilestore,
  removeSlot,
  requireArtifact,
  requireEmptyProduction,
  restoreProduction,
  restoreSnapshot,
  setRoute,
  smokeSlot,
  stopSlot,
  switchRoute,
  takeOverDatabase,
  thawWrites,
  updateModules,
  validateDatabase,
  verifySnapshot,
  writeSnapshot,
] as const;

interface BoundStep {
  readonly limit: number;
  run(context: StepContext): Promise<Outcome>;
}

const bind = <I>(kind: StepKind<I>, input: unknown): BoundStep => {
  const parsed = kind.input.parse(input);
  return { limit: kind.limit(parsed), run: (context) => kind.run(parsed, context) };
};

const BY_KIND = new Map<string, (input: unknown) => BoundStep>(
  ALL.map((kind) => [kind.kind, (input: unknown) => bind(kind as unknown as StepKind<unknown>, input)]),
);

export const STEP_KINDS: readonly string[] = [...BY_KIND.keys()];

export const bindStep = (step: Step): BoundStep => {
  const found = BY_KIND.get(step.kind);
  if (found === undefined)
    throw new Failure('kind-unknown', { what: 'step', kind: step.kind, known: STEP_KINDS.join(', ') });
  return found(step.input);
};
