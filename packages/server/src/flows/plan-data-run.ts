import { Failure } from '@slipway/contracts/failure';
import type { SnapshotReason } from '../domain/snapshot.ts';
import { planDeploy } from '../plan/preview.ts';
import {
  planCopy,
  planDrill,
  planPrune,
  planRefresh,
  planSnapshot,
  type RefreshFacts,
  type SnapshotFacts,
} from '../plan/staging.ts';
import { readManifest } from '../snapshot/repository.ts';
import { requireEnvironment } from '../store/environments.ts';
import { type Project, projectByName } from '../store/projects.ts';
import type { Run } from '../store/runs.ts';
import { latestSnapshot, listSnapshots, requireSnapshot, type SnapshotRow } from '../store/snapshots.ts';
import { servedBy } from './gather-preview-facts.ts';
import { finishDraft, formerFacts, gatherStageFacts } from './gather-stage-facts.ts';
import { productionSource } from './production-source.ts';
import type { DataWish } from './request-data.ts';
import type { Draft } from './run-facts.ts';
import type { Slipway } from './slipway.ts';
import { copyFacts } from './snapshot-template.ts';
import { ensureStage } from './stages.ts';
import { openStore } from './stored-snapshots.ts';

/** A snapshot of production. */
export const planSnapshotRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const project = await projectByName(slipway.db, run.project);
  const wish = run.facts as DataWish;
  const kind = wish.kind ?? 'sanitised';
  const id = snapshotIdOf(run);
  const make = await snapshotFacts(slipway, project, {
    id,
    kind,
    reason: wish.reason ?? 'manual',
    acceptDrift: wish.acceptDrift ?? false,
  });
  return { plan: planSnapshot(make), facts: { ...wish, snapshot: id } };
};

export const planPruneRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const project = await projectByName(slipway.db, run.project);
  const { keep } = await snapshotFacts(slipway, project, {
    id: snapshotIdOf(run),
    kind: 'raw',
    reason: 'manual',
    acceptDrift: false,
  });
  return { plan: planPrune(keep), facts: {} };
};

/** A copy of production's whole server. */
export const planCopyRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const project = await projectByName(slipway.db, run.project);
  const { point_in_time } = project.config.data.backups;
  const plan = planCopy({
    project: project.name,
    base: run.id.replace(/^run_/, 'copy_'),
    database: point_in_time.database,
    days: point_in_time.days,
    store: project.config.data.store,
  });
  return { plan, facts: {} };
};

/** Named after its run, so that a process that dies before the plan is stored makes the same one. */
export const snapshotIdOf = (run: Run): string => run.id.replace(/^run_/, 'snap_');

export const snapshotFacts = async (
  slipway: Slipway,
  project: Project,
  wish: {
    readonly id: string;
    readonly kind: 'raw' | 'sanitised';
    readonly reason: SnapshotReason;
    readonly acceptDrift: boolean;
  },
): Promise<SnapshotFacts> => {
  const { config } = project;
  const { database, filestore } = await productionSource(slipway, project);
  const { daily, weekly, monthly } = config.data.backups;
  return {
    write: {
      project: project.name,
      environment: `${project.name}/production`,
      snapshot: wish.id,
      kind: wish.kind,
      reason: wish.reason,
      series: config.odoo.series,
      database,
      filestore,
      store: config.data.store,
      rules: {
        columns: config.sanitise.columns,
        tables: config.sanitise.tables,
        keepAttachments: config.sanitise.keep_attachments,
        unknown: config.sanitise.unknown,
      },
      acceptDrift: wish.acceptDrift,
    },
    keep: {
      project: project.name,
      pruner: wish.id,
      store: config.data.store,
      keepSanitised: config.data.snapshots.keep,
      keepRaw: { daily, weekly, monthly },
    },
  };
};

/** Staging's branch on the data that it has. */
export const planStagingDeploy = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const environment = await requireEnvironment(slipway.db, run.environment);
  if (environment.liveSlot === null) throw new Failure('staging-empty', { project: run.project });
  const names = Object.keys(environment.installed);
  const draft = await gatherStageFacts(slipway, run, environment, { stage: 'staging', names, fromSnapshot: false });
  const existing = { ...servedBy(environment), facts: await formerFacts(slipway, environment, draft.facts) };
  return finishDraft(slipway, run, draft, planDeploy({ ...draft.facts, existing: servedBy(environment) }, existing));
};

/** A snapshot in the place of staging's data. `restore-staging` takes a backup with real data, which no preview is ever copied from. */
export const planRefreshRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const environment = await requireEnvironment(slipway.db, run.environment);
  const project = await projectByName(slipway.db, run.project);
  const refresh = await refreshFacts(slipway, run, project);
  const names = await modulesOf(slipway, project, refresh);
  const draft = await gatherStageFacts(slipway, run, environment, { stage: 'staging', names, fromSnapshot: true });
  const existing =
    environment.liveSlot === null
      ? null
      : { ...servedBy(environment), facts: await formerFacts(slipway, environment, draft.facts) };
  return finishDraft(slipway, run, draft, planRefresh(draft.facts, refresh, existing), refresh.snapshot);
};

export const planDrillRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const environment = await requireEnvironment(slipway.db, run.environment);
  const project = await projectByName(slipway.db, run.project);
  const refresh = { ...(await refreshFacts(slipway, run, project)), template: null };
  const names = await modulesOf(slipway, project, refresh);
  const draft = await gatherStageFacts(slipway, run, environment, { stage: 'staging', names, fromSnapshot: true });
  const unchanged = { ...draft.facts, change: { ...draft.facts.change, update: [], install: [] } };
  return { ...finishDraft(slipway, run, draft, planDrill(unchanged, refresh), refresh.snapshot) };
};

export const refreshFacts = async (slipway: Slipway, run: Run, project: Project): Promise<RefreshFacts> => {
  const wish = run.facts as DataWish;
  if (wish.at !== undefined) return momentFacts(slipway, run, project, wish.at);
  const wanted = await chosenSnapshot(slipway, project, wish);
  const id = wanted?.id ?? snapshotIdOf(run);
  const raw = wanted?.kind === 'raw';
  // The snapshot will be production's, which may never have been asked for anything before.
  if (wanted === null) await ensureStage(slipway, slipway.db, project, 'production');
  return {
    snapshot: id,
    make:
      wanted === null
        ? await snapshotFacts(slipway, project, { id, kind: 'sanitised', reason: 'refresh', acceptDrift: false })
        : null,
    recover: null,
    store: project.config.data.store,
    template: raw ? null : await copyFacts(slipway, project.name, id),
  };
};

/** Restored as a backup is, out of a snapshot that this run makes of the server's log. */
const momentFacts = async (slipway: Slipway, run: Run, project: Project, at: string): Promise<RefreshFacts> => {
  const { database, filestore } = await productionSource(slipway, project);
  const [snapshot, { store }] = [snapshotIdOf(run), project.config.data];
  const recover = { project: project.name, snapshot, at, database, filestore, store };
  return { snapshot, make: null, recover, store, template: null };
};

/** Null: one is to be made. */
const chosenSnapshot = async (slipway: Slipway, project: Project, wish: DataWish): Promise<SnapshotRow | null> => {
  if (wish.snapshot != null) return requireSnapshot(slipway.db, project.name, wish.snapshot);
  return wish.renew === true ? null : latestSnapshot(slipway.db, project.name, 'sanitised');
};

/** Names of the modules that the data has: of the snapshot, or of production now when the snapshot is still to be made. */
export const modulesOf = async (
  slipway: Slipway,
  project: Project,
  refresh: RefreshFacts,
): Promise<readonly string[]> => {
  if (refresh.make === null && refresh.recover === null) return snapshotModules(slipway, project, refresh.snapshot);
  if (refresh.recover !== null) {
    // Whoever asks for a moment may do so because production is gone.
    const backups = await listSnapshots(slipway.db, project.name, 'raw');
    const nearest = backups.findLast(({ takenAt }) => takenAt >= (refresh.recover?.at ?? '')) ?? backups[0];
    if (nearest !== undefined) return snapshotModules(slipway, project, nearest.id);
  }
  const { database } = refresh.make?.write ?? refresh.recover ?? {};
  const url = await slipway.ports.secrets.get(project.name, 'production', database ?? '');
  const rows = await slipway.ports.sql.read({ url }, async (session) =>
    session.run({ text: "select name from ir_module_module where state = 'installed'", parameters: [] }),
  );
  return rows.rows.map(({ name }) => String(name));
};

export const snapshotModules = async (slipway: Slipway, project: Project, id: string): Promise<readonly string[]> =>
  (await readManifest(await openStore(slipway, project), id)).modules.map(({ name }) => name);
