import type { ProjectDataView } from '@slipway/contracts/views';
import { readArchive } from '../store/archives.ts';
import type { Project } from '../store/projects.ts';
import type { Queryable } from '../store/queryable.ts';

/** Which moments can be restored. The newest window goes on while the log is read, though nothing is written. */
export const archiveView = async (
  db: Queryable,
  { name, config }: Project,
  now: Date,
): Promise<ProjectDataView['archive']> => {
  if (!config.data.backups.point_in_time.enabled) return null;
  const archive = await readArchive(db, name);
  const until = archive?.until ?? null;
  const windows = (archive?.windows ?? []).map((window, index, all) => ({
    from: window.from,
    until: index === all.length - 1 && until !== null && until > window.until ? until : window.until,
  }));
  return {
    windows,
    lagSeconds: until === null ? null : Math.max(0, (now.getTime() - Date.parse(until)) / 1000),
    retainedBytes: archive?.retainedBytes ?? 0,
  };
};
