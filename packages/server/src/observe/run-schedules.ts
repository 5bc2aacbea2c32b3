import { asFailure } from '@slipway/contracts/failure';
import { judgeBackups, nextTime, type ScheduledWork, scheduledWork } from '../decide/schedule.ts';
import { requestCopy, requestDrill, requestRefresh, requestSnapshot } from '../flows/request-data.ts';
import type { Slipway } from '../flows/slipway.ts';
import { raiseEvent, resolveEvent } from '../store/events.ts';
import { listProjects, type Project } from '../store/projects.ts';
import type { Queryable } from '../store/queryable.ts';
import { readRun } from '../store/runs.ts';
import { listSchedules, type Schedule, setSchedule, takeDue } from '../store/schedules.ts';
import { latestSnapshot } from '../store/snapshots.ts';
import { type Loop, startLoop } from './loop.ts';

const WHO = 'slipway: by schedule';

const START: Readonly<Record<ScheduledWork, (slipway: Slipway, project: string, db: Queryable) => Promise<string>>> = {
  backup: (slipway, project, db) =>
    requestSnapshot(slipway, { project, db, kind: 'raw', reason: 'schedule', requestedBy: WHO }),
  snapshot: (slipway, project, db) =>
    requestSnapshot(slipway, { project, db, kind: 'sanitised', reason: 'schedule', requestedBy: WHO }),
  refresh: (slipway, project, db) =>
    requestRefresh(slipway, { project, db, snapshot: null, renew: true, requestedBy: WHO }),
  copy: (slipway, project, db) => requestCopy(slipway, { project, db, requestedBy: WHO }),
  drill: (slipway, project, db) => requestDrill(slipway, { project, db, snapshot: null, requestedBy: WHO }),
};

/** One look: starts what is due, and tells when backups are late or failed. Separate from the loop, so that tests own the time. */
export const lookAtSchedules = async (slipway: Slipway): Promise<void> => {
  for (const project of await listProjects(slipway.db)) {
    const work = scheduledWork(project.config);
    const now = slipway.clock.now();
    for (const { name, expression } of work) {
      await setSchedule(slipway.db, { project: project.name, name, expression, nextAt: nextTime(expression, now) });
      await startDue(slipway, project, { name, expression, now });
    }
    await watchBackups(slipway, project, await listSchedules(slipway.db, project.name));
  }
};

const startDue = async (
  slipway: Slipway,
  project: Project,
  { name, expression, now }: { name: ScheduledWork; expression: string; now: Date },
): Promise<void> => {
  const due = { project: project.name, name, now: now.toISOString(), nextAt: nextTime(expression, now) };
  try {
    await takeDue(slipway.db, due, (tx) => START[name](slipway, project.name, tx));
    await resolveEvent(slipway.db, { project: project.name, kind: 'schedule-failed', subject: name });
  } catch (error) {
    // Tried again at the next look: a drill before the first backup, a repository that is away.
    const { message } = asFailure(error);
    const told = { project: project.name, kind: 'schedule-failed', subject: name, message };
    if (await raiseEvent(slipway.db, told)) slipway.logger.warn(told, 'scheduled work could not be started');
  }
};

const watchBackups = async (slipway: Slipway, project: Project, schedules: readonly Schedule[]): Promise<void> => {
  const schedule = schedules.find(({ name }) => name === 'backup');
  const run = schedule?.lastRun == null ? null : await readRun(slipway.db, schedule.lastRun);
  const newest = await latestSnapshot(slipway.db, project.name, 'raw');
  const wrong = judgeBackups({
    now: slipway.clock.now(),
    dueAt: schedule?.lastAt ?? null,
    runState: run?.state ?? null,
    runFailure: run?.failure?.message ?? null,
    newestAt: newest?.takenAt ?? null,
  });
  const event = { project: project.name, kind: 'backup-late', subject: 'backup' };
  if (wrong === null) {
    // While tonight's is under way, last night's failure is not over.
    const isUnderWay = schedule?.lastAt != null && (newest === null || newest.takenAt < schedule.lastAt);
    if (!isUnderWay) await resolveEvent(slipway.db, event);
  } else if (await raiseEvent(slipway.db, { ...event, message: wrong })) slipway.logger.error(event, wrong);
};

export const runSchedules = (slipway: Slipway): Loop =>
  startLoop('schedules', 20_000, slipway, () => lookAtSchedules(slipway));
