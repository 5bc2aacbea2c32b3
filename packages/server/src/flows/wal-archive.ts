import { type Archive, archive } from '../snapshot/wal/archive.ts';
import { lineageName } from '../snapshot/wal/chain.ts';
import { slotName } from '../snapshot/wal/slot.ts';
import { surveyStore } from '../snapshot/wal/window.ts';
import { beginArchive, forgetArchive, setWindows, tellArchive } from '../store/archives.ts';
import { raiseEvent, resolveEvent } from '../store/events.ts';
import type { Project } from '../store/projects.ts';
import { queryOne } from '../store/queryable.ts';
import { requestCopy } from './request-data.ts';
import type { Slipway } from './slipway.ts';
import { openStore } from './stored-snapshots.ts';

/** How much may be lost at most when production's machine burns, give or take what is on its way. */
const EVERY_MILLISECONDS = 5_000;
const WHO = 'slipway: its log is kept';

/** Reads the log of a project's production into its store until the signal is aborted. Fails as `archive` does. */
export const keepArchive = async (
  slipway: Slipway,
  project: Project,
  signal: AbortSignal,
  everyMilliseconds = EVERY_MILLISECONDS,
): Promise<void> => {
  const { database } = project.config.data.backups.point_in_time;
  await beginArchive(slipway.db, project.name, database);
  const at = { url: await slipway.ports.secrets.get(project.name, 'production', database) };
  const wanted: Archive = {
    ...{ project: project.name, source: slipway.ports.wal, at, signal, everyMilliseconds, clock: slipway.clock },
    slot: slotName({ project: project.name }),
    to: await openStore(slipway, project),
    onState: async ({ lineage, until, retained }) => {
      const told = { project: project.name, lineage: lineageName(lineage), until: until.toISOString() };
      await tellArchive(slipway.db, { ...told, retainedBytes: retained });
    },
    onLost: async ({ message }) => {
      await raiseEvent(slipway.db, { ...gapEvent(project.name), message });
      slipway.logger.error({ project: project.name, message }, 'a part of the log of production is lost');
    },
  };
  await archive(wanted);
};

export const archiveEvent = (project: string) => ({ project, kind: 'archive-late', subject: 'log' });
const gapEvent = (project: string) => ({ project, kind: 'archive-gap', subject: 'log' });

/** What can be reached by what is stored. A log that no copy leads to the end of is no use: then a copy is made. */
export const surveyArchive = async (slipway: Slipway, project: Project): Promise<void> => {
  const latest = await slipway.ports.snapshots.archivedUntil(project.name);
  if (latest === null) return;
  const { windows, isGrounded } = await surveyStore(await openStore(slipway, project), project.name, latest);
  await setWindows(
    slipway.db,
    project.name,
    windows.map(({ from, until }) => ({ from: new Date(from).toISOString(), until: new Date(until).toISOString() })),
  );
  if (isGrounded) return resolveEvent(slipway.db, gapEvent(project.name));
  if (!(await isBeingCopied(slipway, project.name)))
    await requestCopy(slipway, { project: project.name, requestedBy: WHO });
};

/** One that waits or runs, or that failed within the hour: then the next one comes later. */
const isBeingCopied = async (slipway: Slipway, project: string): Promise<boolean> =>
  (await queryOne(
    slipway.db,
    `select from ops.runs where project = $1 and kind = 'copy-server'
       and (finished_at is null or (state <> 'succeeded' and finished_at > now() - interval '1 hour')) limit 1`,
    [project],
  )) !== null;

/** A server that nobody reads any more keeps no log for us. */
export const endArchive = async (slipway: Slipway, project: string, database: string): Promise<void> => {
  const at = { url: await slipway.ports.secrets.get(project, 'production', database) };
  await slipway.ports.wal.dropSlot(at, slotName({ project }));
  await forgetArchive(slipway.db, project);
  for (const event of [archiveEvent(project), gapEvent(project)]) await resolveEvent(slipway.db, event);
};
