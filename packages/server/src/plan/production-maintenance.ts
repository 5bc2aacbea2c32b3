/**
 * Production updated in place, where a copy of its database finds no room or would keep people from saving for too long. What was saved
 * last is in a backup before anything is touched, and that backup is the way back: nobody is let in before the new version is proved.
 */

import { bringBackDatabase } from '../steps/bring-back-database.ts';
import { compareInvariants } from '../steps/compare-invariants.ts';
import { freezeWrites } from '../steps/freeze-writes.ts';
import { measureInvariants } from '../steps/measure-invariants.ts';
import { moveBranch } from '../steps/move-branch.ts';
import { pruneSnapshots } from '../steps/prune-snapshots.ts';
import { removeCron } from '../steps/remove-cron.ts';
import { removeSlot } from '../steps/remove-slot.ts';
import { requireArtifact } from '../steps/require-artifact.ts';
import { setRoute } from '../steps/set-route.ts';
import { thawWrites } from '../steps/thaw-writes.ts';
import { verifySnapshot } from '../steps/verify-snapshot.ts';
import { writeSnapshot } from '../steps/write-snapshot.ts';
import { type Plan, type PlannedStep, showing } from './plan.ts';
import type { Deployment } from './production-deploy.ts';
import { cron, FREEZE_SECONDS, provenSlot, serveAgain, stopOld, updateSteps } from './production-version.ts';
import { nextDatabase } from './serve.ts';
import type { SnapshotFacts } from './staging.ts';

export interface Maintenance extends Omit<Deployment, 'backup' | 'forecast'> {
  /** Made while everybody works: what it stores is not stored again while nobody can. Null: one is fresh. */
  readonly backup: SnapshotFacts | null;
  /** Made after the last write: the way back. */
  readonly last: SnapshotFacts;
  /** How long production only reads, and how long it is away. */
  readonly readOnlySeconds: number;
  readonly awaySeconds: number;
  readonly roomForTwo: boolean;
}

/** From here on the database may be other than its backup. */
export const OPEN_FOR_UPDATE = 'open-for-update';

export const planMaintenance = (deployment: Maintenance): Plan => {
  const { next, settings, invariants, last, mark, release } = deployment;
  const { environment, database, role } = next.facts;
  const own = [...invariants];
  const of = { environment, owner: environment, database, role };
  return {
    kind: 'deploy-production',
    steps: [
      ...showing(
        'testing',
        requireArtifact.as('require-artifact', { image: release.image, digest: release.imageDigest }),
      ),
      ...showing('building', ...lastBackup(deployment)),
      ...showing('testing', measureInvariants.as('measure-before', { of, own, as: 'before' })),
      ...showing('building', ...closedDown(deployment)),
      ...updateSteps(next.facts, database),
      ...showing(
        'testing',
        compareInvariants.as('compare-figures', {
          ...{ of, own, as: 'after', broken: 'fail' },
          before: { step: 'measure-before' },
        }),
      ),
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

/** From the freeze on nobody writes; the former version answers who only reads until everything is in the backup. */
const lastBackup = ({ next, former, backup, last, ...deployment }: Maintenance) => {
  const { environment, host, role, database } = next.facts;
  const { project, snapshot, store } = last.write;
  return [
    ...(backup === null ? [] : [writeSnapshot.as('back-up', backup.write)]),
    removeCron.as('stop-cron', { environment }),
    setRoute.as('hold-requests', { environment, host, route: { kind: 'hold' } }),
    freezeWrites.as('freeze-writes', { database, role, graceSeconds: FREEZE_SECONDS }),
    setRoute.as('serve-reads', {
      ...{ environment, host },
      route: { kind: 'read-only', slot: former.slot, seconds: deployment.readOnlySeconds + deployment.awaySeconds },
    }),
    writeSnapshot.as('back-up-last', last.write),
    verifySnapshot.as('verify-backup', { project, snapshot, store }),
  ];
};

const closedDown = ({ next, former, settings, awaySeconds }: Maintenance) => {
  const { environment, host, role, database } = next.facts;
  return [
    setRoute.as('maintenance-page', { environment, host, route: { kind: 'maintenance', seconds: awaySeconds } }),
    stopOld(former, settings),
    thawWrites.as(OPEN_FOR_UPDATE, { database, role }),
  ];
};

const cleanUp = ({ next, former, settings, last, roomForTwo }: Maintenance): PlannedStep[] => {
  const { environment, database, role } = next.facts;
  const { project, snapshot, store } = last.write;
  return showing(
    null,
    removeSlot.as('remove-new-slot', { environment, slot: next.slot }),
    bringBackDatabase.as('bring-back', {
      ...{ project, snapshot, store, database, role, roomForTwo },
      ...{ beside: nextDatabase(database), owner: environment, after: OPEN_FOR_UPDATE },
    }),
    thawWrites.as('thaw-writes', { database, role }),
    ...serveAgain(former, settings),
  );
};
