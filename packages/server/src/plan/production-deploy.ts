/**
 * Production that Slipway runs. The new version starts beside the one that serves and takes over when it is proved; what served is
 * kept as the way back, with the database that it had.
 */
import type { OwnInvariant } from '@slipway/contracts/invariants-config';
import type { Forecast } from '../domain/forecast.ts';
import type { Release } from '../domain/release.ts';
import type { Step } from '../engine/interpret.ts';
import { addFilestore } from '../steps/add-filestore.ts';
import { cloneDatabase } from '../steps/clone-database.ts';
import { dropAttachments } from '../steps/drop-attachments.ts';
import { dropDatabase } from '../steps/drop-database.ts';
import { freezeWrites } from '../steps/freeze-writes.ts';
import { moveBranch } from '../steps/move-branch.ts';
import { moveSessions } from '../steps/move-sessions.ts';
import { pruneFilestore } from '../steps/prune-filestore.ts';
import { pruneSnapshots } from '../steps/prune-snapshots.ts';
import { removeCron } from '../steps/remove-cron.ts';
import { removeSlot } from '../steps/remove-slot.ts';
import { requireArtifact } from '../steps/require-artifact.ts';
import { setRoute } from '../steps/set-route.ts';
import { thawWrites } from '../steps/thaw-writes.ts';
import { writeSnapshot } from '../steps/write-snapshot.ts';
import { type Plan, type PlannedStep, showing } from './plan.ts';
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
import { drain } from './serve.ts';
import type { SnapshotFacts } from './staging.ts';

export interface Deployment {
  /** `facts.database`: the one that it will have; another than the former's when modules are updated. */
  readonly next: Version;
  readonly former: Version;
  readonly release: Release;
  readonly backup: SnapshotFacts | null;
  readonly settings: ProductionSettings;
  /** Whether it is watched afterwards, compared with what serves now. */
  readonly watched: boolean;
  /** Of an update: people are told how long saving is not possible. */
  readonly forecast: Forecast | null;
  /** The project's own figures that an update may not change. */
  readonly invariants: readonly OwnInvariant[];
  readonly mark: Parameters<typeof moveBranch.as>[1];
}

export const planDeployProduction = ({ forecast, ...deployment }: Deployment): Plan => {
  if (deployment.next.facts.database === deployment.former.facts.database) return planCodeOnly(deployment);
  if (forecast === null) throw new Error('an update has a forecast');
  return planWithMigration({ ...deployment, forecast });
};

type CodeOnly = Omit<Deployment, 'forecast'>;
type Migration = CodeOnly & { readonly forecast: Forecast };

/** The image that was proved. */
export const proved = ({ image, imageDigest: digest }: Release): PlannedStep[] =>
  showing('testing', requireArtifact.as('require-artifact', { image, digest }));

/** The image that was proved, the way back that nobody has to think of, and what is no news of the version that serves. */
const beforehand = ({ release, backup, former, watched }: CodeOnly): PlannedStep[] => [
  ...proved(release),
  ...(backup === null
    ? []
    : showing('building', writeSnapshot.as('back-up', backup.write), pruneSnapshots.as('prune-backups', backup.keep))),
  ...(watched ? [baseline(former)] : []),
];

const afterwards = ({ next, former, settings, mark }: CodeOnly): PlannedStep[] =>
  showing(null, cron(next, settings, 'start-cron'), ...stopOld(former, settings), moveBranch.as('move-branch', mark));

/** Both versions run on the same database; requests go from one to the other without one being held. */
const planCodeOnly = (deployment: CodeOnly): Plan => {
  const { next, former, settings } = deployment;
  const { environment } = next.facts;
  return {
    kind: 'deploy-production',
    steps: [...beforehand(deployment), ...showing('building', ...provenSlot(next)), ...afterwards(deployment)],
    cleanUp: showing(
      null,
      ...serveAgain(former, settings),
      drain('drain-new-slot', { environment, slot: next.slot }, settings.drainSeconds),
      removeSlot.as('remove-new-slot', { environment, slot: next.slot }),
    ),
  };
};

/** From here on a deployment has a database of its own, and the way back before the last one is gone. */
export const CLEAR_COPY = 'clear-copy';

/**
 * From the copy on nobody writes: what were written would be lost. The former version goes on answering who only reads, until the new
 * one is proved on the updated copy. The former database is not touched any more: it is the way back.
 */
const planWithMigration = (deployment: Migration): Plan => {
  const { next, former, settings, forecast, invariants } = deployment;
  const { environment, host, role } = next.facts;
  const names = { from: former.facts.database, to: next.facts.database };
  const figures = figureSteps(next.facts, names.to, { invariants, broken: 'fail' });
  const hold = (name: string): Step => setRoute.as(name, { environment, host, route: { kind: 'hold' } });
  return {
    kind: 'deploy-production',
    steps: [
      ...beforehand(deployment),
      ...showing(
        'building',
        dropDatabase.as(CLEAR_COPY, { database: names.to }),
        removeCron.as('stop-cron', { environment }),
        hold('hold-requests'),
        freezeWrites.as('freeze-writes', { database: names.from, role, graceSeconds: FREEZE_SECONDS }),
        cloneDatabase.as('copy-database', { ...names, role, owner: environment, pooled: false }),
        setRoute.as('serve-reads', {
          environment,
          host,
          route: { kind: 'read-only', slot: former.slot, seconds: forecast.readOnlySeconds },
        }),
        // Requests are not held for what takes long where there are many files; nobody writes to either database.
        addFilestore.as('copy-filestore', {
          from: environment,
          to: environment,
          fromDatabase: names.from,
          toDatabase: names.to,
        }),
        // What an earlier copy of that name had, and nothing names any more. Nobody is in the copy yet.
        pruneFilestore.as('prune-filestore', { owner: environment, database: names.to }),
        thawWrites.as('open-copy', { database: names.to, role }),
        figures.before,
      ),
      ...updateSteps(next.facts, names.to),
      ...showing('testing', figures.after),
      ...showing('building', ...switchSteps(next, { former, hold })),
      ...afterwards(deployment),
    ],
    cleanUp: showing(
      null,
      removeSlot.as('remove-new-slot', { environment, slot: next.slot }),
      thawWrites.as('thaw-writes', { database: names.from, role }),
      moveSessions.as('sessions-as-before', { owner: environment, from: names.to, to: names.from }),
      ...serveAgain(former, settings),
      // Until it is cleared, that name is the way back of what serves.
      dropDatabase.as('drop-copy', { database: names.to, after: CLEAR_COPY }),
      dropAttachments.as('drop-attachments', { owner: environment, database: names.to, after: CLEAR_COPY }),
    ),
  };
};

/** Proved first; then, while requests wait for a moment, sessions and traffic go over together. */
const switchSteps = (
  next: Version,
  { former, hold }: { readonly former: Version; readonly hold: (name: string) => Step },
): Step[] => {
  const steps = provenSlot(next);
  const sessions = moveSessions.as('move-sessions', {
    owner: next.facts.environment,
    from: former.facts.database,
    to: next.facts.database,
  });
  return [...steps.slice(0, -1), hold('hold-for-switch'), sessions, ...steps.slice(-1)];
};
