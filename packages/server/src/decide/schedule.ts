import type { ProjectConfig } from '@slipway/contracts/project-config';
import { Cron } from 'croner';

/** What a project does by itself, and when. */
export type ScheduledWork = 'backup' | 'drill' | 'snapshot' | 'refresh' | 'copy';

export interface PlannedWork {
  readonly name: ScheduledWork;
  /** Cron expression in UTC, or `never`. */
  readonly expression: string;
}

/** What slipway.yaml asks for; nothing without a production to take data from. */
export const scheduledWork = ({ stages, data }: ProjectConfig): PlannedWork[] => {
  if (stages.production === undefined) return [];
  return [
    { name: 'backup', expression: data.backups.schedule },
    { name: 'drill', expression: data.backups.drill },
    { name: 'snapshot', expression: data.snapshots.schedule },
    ...(data.backups.point_in_time.enabled
      ? [{ name: 'copy', expression: data.backups.point_in_time.copy } as const]
      : []),
    ...(stages.staging === undefined ? [] : [{ name: 'refresh', expression: stages.staging.refresh } as const]),
  ];
};

/** ISO 8601 of the first time after `after`; null for `never`, or when there is none. */
export const nextTime = (expression: string, after: Date): string | null =>
  expression === 'never'
    ? null
    : (new Cron(expression, { paused: true, timezone: 'UTC' }).nextRun(after)?.toISOString() ?? null);

/** How long after its time a backup may end before people are told. */
export const BACKUP_GRACE_HOURS = 2;

/** What is wrong with the backups of a project, in words; null: nothing. */
export const judgeBackups = (facts: {
  readonly now: Date;
  /** When the last one was due, and how its run ended. */
  readonly dueAt: string | null;
  readonly runState: string | null;
  readonly runFailure: string | null;
  readonly newestAt: string | null;
}): string | null => {
  if (facts.dueAt === null) return null;
  if (facts.newestAt !== null && facts.newestAt >= facts.dueAt) return null;
  const newest = facts.newestAt === null ? 'there is none yet' : `the newest is of ${facts.newestAt}`;
  if (facts.runState === 'failed' || facts.runState === 'cancelled')
    return `the backup due at ${facts.dueAt} failed (${facts.runFailure ?? facts.runState}); ${newest}`;
  const late = facts.now.getTime() - Date.parse(facts.dueAt) > BACKUP_GRACE_HOURS * 3_600_000;
  return late ? `the backup due at ${facts.dueAt} is more than ${BACKUP_GRACE_HOURS} hours late; ${newest}` : null;
};
