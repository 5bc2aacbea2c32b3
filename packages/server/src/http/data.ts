import type { drillBody, refreshBody, restoreBody, snapshotBody } from '@slipway/contracts/api';
import type { SnapshotView } from '@slipway/contracts/views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { environmentId } from '../domain/names.ts';
import {
  requestDrill,
  requestMoment,
  requestPrune,
  requestRefresh,
  requestRestore,
  requestSnapshot,
  requestStagingDeploy,
} from '../flows/request-data.ts';
import type { Slipway } from '../flows/slipway.ts';
import { removeStoredSnapshot, storeKeyFor, verifyStoredSnapshot } from '../flows/stored-snapshots.ts';
import { recordAudit } from '../store/audit.ts';
import { latestDrill } from '../store/drills.ts';
import { openEvents } from '../store/events.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { listSchedules } from '../store/schedules.ts';
import { pinSnapshot, requireSnapshot } from '../store/snapshots.ts';
import { archiveView } from '../views/archive-view.ts';
import { snapshotViews } from '../views/snapshot-view.ts';
import { failedUpkeep } from '../views/upkeep-view.ts';
import { addRoute, type Call } from './api.ts';
import { pageOf } from './page.ts';

const keepingOf = ({ config: { data } }: Project) => ({ raw: data.backups, sanitised: data.snapshots.keep });

const listSnapshots = async (slipway: Slipway, project: Project, call: Call): Promise<readonly SnapshotView[]> => {
  const kind = (call.query['kind'] ?? null) as 'raw' | 'sanitised' | null;
  const views = await snapshotViews(slipway.db, project.name, keepingOf(project), kind);
  // Which are kept depends on all of them, so all are read.
  return pageOf(
    call,
    async (limit, after) => {
      const from = after === null ? 0 : views.findIndex(({ id }) => id === after) + 1;
      return from === 0 && after !== null ? [] : views.slice(from, from + limit);
    },
    { keyOf: ({ id }) => id },
  );
};

/** Snapshots, backups, staging. */
export const dataRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const named = (parameters: Readonly<Record<string, string>>): Promise<Project> =>
    projectByName(slipway.db, parameters['project'] ?? '');
  /** A backup holds real data. */
  const handled = async (call: Call, project: Project): Promise<string> => {
    const { id, kind } = await requireSnapshot(slipway.db, project.name, call.parameters['snapshot'] ?? '');
    if (kind === 'raw') call.must('production');
    return id;
  };
  const audit = (
    who: string,
    what: string,
    target: string,
    details: Readonly<Record<string, unknown>> = {},
  ): Promise<void> => recordAudit(slipway.db, { who, what, target, details });

  addRoute(app, 'data', async (call) => {
    const project = await named(call.parameters);
    const { name } = project;
    const drill = await latestDrill(slipway.db, name);
    return {
      schedules: await listSchedules(slipway.db, name),
      drill,
      archive: await archiveView(slipway.db, project, slipway.clock.now()),
      events: await openEvents(slipway.db, name),
      failed: await failedUpkeep(slipway.db, environmentId(name, 'production')),
    };
  });
  addRoute(app, 'snapshots', async (call) => listSnapshots(slipway, await named(call.parameters), call));
  addRoute(app, 'createSnapshot', async (call) => {
    const { name } = await named(call.parameters);
    const { kind, accept_drift } = call.body as z.output<typeof snapshotBody>;
    if (kind === 'raw') call.must('production');
    const wish = { project: name, requestedBy: call.who, kind, reason: 'manual', acceptDrift: accept_drift } as const;
    return { run: await requestSnapshot(slipway, wish) };
  });
  addRoute(app, 'pinSnapshot', async (call) => {
    const project = await named(call.parameters);
    const id = await handled(call, project);
    const { pinned } = call.body as { pinned: boolean };
    await pinSnapshot(slipway.db, id, pinned);
    await audit(call.who, 'snapshot.pin', `${project.name}/${id}`, { pinned });
    const views = await snapshotViews(slipway.db, project.name, keepingOf(project), null);
    return views.find((view) => view.id === id);
  });
  addRoute(app, 'verifySnapshot', async (call) => {
    const project = await named(call.parameters);
    const snapshot = await handled(call, project);
    // It reads for hours where there is much: not for somebody who has gone.
    const gone = new AbortController();
    call.request.raw.socket.once('close', () => gone.abort());
    return verifyStoredSnapshot(slipway, project, { snapshot, signal: gone.signal });
  });
  addRoute(app, 'removeSnapshot', async (call) => {
    const project = await named(call.parameters);
    const removed = await removeStoredSnapshot(slipway, project, await handled(call, project));
    await audit(call.who, 'snapshot.remove', `${project.name}/${removed}`);
    return { removed };
  });
  addRoute(app, 'storeKey', async (call) => {
    const project = await named(call.parameters);
    await audit(call.who, 'backup.key', project.name);
    return storeKeyFor(slipway, project);
  });
  stagingRoutes(app, slipway, named);
};

const stagingRoutes = (
  app: FastifyInstance,
  slipway: Slipway,
  named: (parameters: Readonly<Record<string, string>>) => Promise<Project>,
): void => {
  addRoute(app, 'restoreBackup', async (call) => {
    const { name } = await named(call.parameters);
    const snapshot = call.parameters['snapshot'] ?? '';
    const wish = call.body as z.output<typeof restoreBody>;
    return { run: await requestRestore(slipway, { project: name, requestedBy: call.who, snapshot, ...wish }) };
  });
  addRoute(app, 'restoreMoment', async (call) => {
    const { name } = await named(call.parameters);
    const { at } = call.body as { at: string };
    return { run: await requestMoment(slipway, { project: name, requestedBy: call.who, at }) };
  });
  addRoute(app, 'drillBackup', async (call) => {
    const { name } = await named(call.parameters);
    const { snapshot } = call.body as z.output<typeof drillBody>;
    return { run: await requestDrill(slipway, { project: name, requestedBy: call.who, snapshot }) };
  });
  addRoute(app, 'pruneBackups', async (call) => {
    const { name } = await named(call.parameters);
    return { run: await requestPrune(slipway, { project: name, requestedBy: call.who }) };
  });
  addRoute(app, 'refreshStaging', async (call) => {
    const { name } = await named(call.parameters);
    const wish = call.body as z.output<typeof refreshBody>;
    return { run: await requestRefresh(slipway, { project: name, requestedBy: call.who, ...wish }) };
  });
  addRoute(app, 'deployStaging', async (call) => {
    const { name } = await named(call.parameters);
    return { run: await requestStagingDeploy(slipway, { project: name, requestedBy: call.who }) };
  });
};
