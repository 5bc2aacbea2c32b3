import { asFailure } from '@slipway/contracts/failure';
import { judgeArchive } from '../decide/archive.ts';
import type { Slipway } from '../flows/slipway.ts';
import { archiveEvent, endArchive, keepArchive, surveyArchive } from '../flows/wal-archive.ts';
import { type ArchiveRow, listArchives } from '../store/archives.ts';
import { raiseEvent, resolveEvent } from '../store/events.ts';
import { listProjects, type Project } from '../store/projects.ts';
import { type Loop, startLoop } from './loop.ts';

const LOOK_MILLISECONDS = 5_000;
/** Lists the store: not each time. */
const SURVEY_MILLISECONDS = 60_000;
/** While no moment can be reached yet: somebody has just asked for it, and there is little to list. */
const FIRST_SURVEY_MILLISECONDS = 10_000;
const AGAIN_MILLISECONDS = 15_000;

interface Reading {
  /** What it was started with: a change of it starts it anew. */
  readonly settings: string;
  readonly startedAt: number;
  readonly stopping: AbortController;
  readonly done: Promise<void>;
  failure: string | null;
  ended: boolean;
}

const settingsOf = ({ config }: Project): string | null => {
  const { point_in_time } = config.data.backups;
  if (config.stages.production === undefined || !point_in_time.enabled) return null;
  return JSON.stringify([point_in_time.database, config.data.store]);
};

/** Who reads which log in this process. Separate from the loop, so that tests own the time. */
export class LogReaders {
  readonly #slipway: Slipway;
  readonly #everyMilliseconds: number | undefined;
  readonly #readings = new Map<string, Reading>();
  /** When this process first wanted it: from then on it may be late. */
  readonly #since = new Map<string, number>();
  readonly #surveyedAt = new Map<string, number>();
  constructor(slipway: Slipway, everyMilliseconds?: number) {
    this.#slipway = slipway;
    this.#everyMilliseconds = everyMilliseconds;
  }

  /** Starts what is missing, ends what is not wanted any more, and tells when a log is not stored in time. */
  async look(): Promise<void> {
    const projects = await listProjects(this.#slipway.db);
    for (const project of projects) await this.#tend(project);
    for (const archive of await listArchives(this.#slipway.db)) {
      const { project, database } = archive;
      const wanted = projects.find(({ name }) => name === project);
      if (wanted !== undefined && settingsOf(wanted) !== null) await this.#watch(wanted, archive);
      // A server that is away is asked again at the next look.
      else if (wanted !== undefined) await endArchive(this.#slipway, project, database).catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    for (const { stopping } of this.#readings.values()) stopping.abort();
    await Promise.all([...this.#readings.values()].map(({ done }) => done));
    this.#readings.clear();
  }

  async #tend(project: Project): Promise<void> {
    const now = this.#slipway.clock.now().getTime();
    const settings = settingsOf(project);
    const there = this.#readings.get(project.name);
    if (there !== undefined && (there.settings !== settings || there.ended)) {
      if (there.settings === settings && now - there.startedAt < AGAIN_MILLISECONDS) return;
      there.stopping.abort();
      await there.done;
      this.#readings.delete(project.name);
    }
    if (settings === null || this.#readings.has(project.name)) return;
    this.#readings.set(project.name, this.#read(project, settings, there?.failure ?? null));
  }

  #read(project: Project, settings: string, failure: string | null): Reading {
    const stopping = new AbortController();
    const reading: Reading = {
      ...{ settings, stopping, failure, startedAt: this.#slipway.clock.now().getTime(), ended: false },
      done: keepArchive(this.#slipway, project, stopping.signal, this.#everyMilliseconds)
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) reading.failure = asFailure(error).message;
        })
        .finally(() => {
          reading.ended = true;
        }),
    };
    return reading;
  }

  async #watch(project: Project, archive: ArchiveRow): Promise<void> {
    const { clock, db, logger } = this.#slipway;
    const now = clock.now();
    const reading = this.#readings.get(project.name);
    const since = this.#since.get(project.name) ?? now.getTime();
    this.#since.set(project.name, since);
    const wrong = judgeArchive({
      now,
      since: new Date(since),
      until: archive.until,
      retainedBytes: archive.retainedBytes,
      failure: reading?.ended === true ? reading.failure : null,
    });
    const event = archiveEvent(project.name);
    if (wrong === null) await resolveEvent(db, event);
    else if (await raiseEvent(db, { ...event, message: wrong })) logger.error(event, wrong);
    if (archive.until === null) return;
    const pause = archive.windows.length === 0 ? FIRST_SURVEY_MILLISECONDS : SURVEY_MILLISECONDS;
    if (now.getTime() - (this.#surveyedAt.get(project.name) ?? 0) < pause) return;
    this.#surveyedAt.set(project.name, now.getTime());
    await surveyArchive(this.#slipway, project);
  }
}

export const archiveLogs = (slipway: Slipway): Loop => {
  const readers = new LogReaders(slipway);
  const loop = startLoop('archives', LOOK_MILLISECONDS, slipway, () => readers.look());
  return {
    wake: loop.wake,
    stop: async () => {
      await loop.stop();
      await readers.stop();
    },
  };
};
