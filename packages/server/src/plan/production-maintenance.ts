/**
 * Production updated in place, where a copy of its database finds no room or would keep people from saving for too long. What was saved
 * last is in a backup before anything is touched, and that backup is the way back: nobody is let in before the new version is proved.
 */
import type { Step } from '../engine/interpret.ts';
import { bringBackDatabase } from '../steps/bring-back-database.ts';
import { freezeWrites } from '../steps/freeze-writes.ts';
import { moveBranch } from '../steps/move-branch.ts';
import { pruneSnapshots } from '../steps/prune-snapshots.ts';
import { removeCron } from '../steps/remove-cron.ts';
import { removeSlot } from '../steps/remove-slot.ts';
import { setRoute } from '../steps/set-route.ts';
import { thawWrites } from '../steps/thaw-writes.ts';
import { verifySnapshot } from '../steps/verify-snapshot.ts';
import { writeSnapshot } from '../steps/write-snapshot.ts';
import { type Plan, type PlannedStep, showing } from './plan.ts';
import { type Deployment, proved } from './production-deploy.ts';
import {
  baseline,
  cron,
  FREEZE_SECONDS,
  figureSteps,
  type ProductionSettings,
  provenSlot,
  serveAgain,
  stopOld,
  updateSteps,
  type Version,
} from './production-version.ts';
import { nextDatabase } from './serve.ts';
import type { SnapshotFacts } from './staging.ts';

/** What any work in place needs: what is there, and how it is come back to. */
export interface InPlace {
  readonly next: Version;
  readonly former: Version;
  readonly settings: ProductionSettings;
  /** Made after the last write: the way back. */
  readonly last: SnapshotFacts;
  /** How long production only reads, and how long it is away. */
  readonly readOnlySeconds: number;
  readonly awaySeconds: number;
  readonly roomForTwo: boolean;
}

export type Maintenance = InPlace &
  Omit<Deployment, 'forecast'> & {
    /** Made while everybody works: what it stores is not stored again while nobody can. Null: one is fresh. */
    readonly backup: SnapshotFacts | null;
  };

/** From here on the database may be other than its backup. */
const OPEN_FOR_UPDATE = 'open-for-update';

export const planMaintenance = (deployment: Maintenance): Plan => {
  const { next, former, settings, invariants, last, mark, release, backup, watched } = deployment;
  const { database } = next.facts;
  const figures = figureSteps(next.facts, database, { invariants, broken: 'fail' });
  return {
    kind: 'deploy-production',
    steps: [
      ...proved(release),
      ...(backup === null ? [] : showing('building', writeSnapshot.as('back-up', backup.write))),
      ...(watched ? [baseline(former)] : []),
      ...showing('building', ...lastBackup(deployment)),
      ...showing('testing', figures.before),
      ...showing('building', ...closedDown(deployment)),
      ...updateSteps(next.facts, database),
      ...showing('testing', figures.after),
      ...showing('building', ...provenSlot(next)),
      ...showing(
        null,
        cron(next, settings, 'start-cron'),
        pruneSnapshots.as('prune-backups', last.keep),
        moveBranch.as('move-branch', mark),
      ),
    ],
    cleanUp: cleanUp(deployment),
  };
};

export interface RollbackInPlace extends InPlace {
  /** The backup of the database as the version had it that is gone back to. */
  readonly backup: string;
}

/** Back to a version whose database was updated in place: the same road, with the backup of then in the place of the update. */
export const planRollbackInPlace = (rollback: RollbackInPlace): Plan => {
  const { next, settings, last, backup: snapshot } = rollback;
  const { project, store } = last.write;
  return {
    kind: 'rollback-production',
    steps: showing(
      'building',
      verifySnapshot.as('verify-former', { project, snapshot, store }),
      ...lastBackup(rollback),
      ...closedDown(rollback),
      bringBackDatabase.as('bring-former', restoring(rollback, snapshot)),
      ...provenSlot(next),
      ...[cron(next, settings, 'start-cron'), pruneSnapshots.as('prune-backups', last.keep)],
    ),
    cleanUp: cleanUp(rollback),
  };
};

/** From the freeze on nobody writes; the former version answers who only reads until everything is in the backup. */
const lastBackup = ({ next, former, last, readOnlySeconds, awaySeconds }: InPlace): Step[] => {
  const { environment, host, role, database } = next.facts;
  const { project, snapshot, store } = last.write;
  const seconds = readOnlySeconds + awaySeconds;
  return [
    removeCron.as('stop-cron', { environment }),
    setRoute.as('hold-requests', { environment, host, route: { kind: 'hold' } }),
    freezeWrites.as('freeze-writes', { database, role, graceSeconds: FREEZE_SECONDS }),
    setRoute.as('serve-reads', { environment, host, route: { kind: 'read-only', slot: former.slot, seconds } }),
    writeSnapshot.as('back-up-last', last.write),
    verifySnapshot.as('verify-backup', { project, snapshot, store }),
  ];
};

const closedDown = ({ next, former, settings, awaySeconds }: InPlace): Step[] => {
  const { environment, host, role, database } = next.facts;
  return [
    setRoute.as('maintenance-page', { environment, host, route: { kind: 'maintenance', seconds: awaySeconds } }),
    ...stopOld(former, settings),
    thawWrites.as(OPEN_FOR_UPDATE, { database, role }),
  ];
};

const restoring = ({ next, last, roomForTwo }: InPlace, snapshot: string) => {
  const { environment: owner, database, role } = next.facts;
  const { project, store } = last.write;
  return { ...{ project, snapshot, store, database, role, owner, roomForTwo }, beside: nextDatabase(database) };
};

const cleanUp = (work: InPlace): PlannedStep[] => {
  const { next, former, settings, last } = work;
  const { environment, database, role } = next.facts;
  return showing(
    null,
    removeSlot.as('remove-new-slot', { environment, slot: next.slot }),
    bringBackDatabase.as('bring-back', { ...restoring(work, last.write.snapshot), after: OPEN_FOR_UPDATE }),
    thawWrites.as('thaw-writes', { database, role }),
    ...serveAgain(former, settings),
  );
};
