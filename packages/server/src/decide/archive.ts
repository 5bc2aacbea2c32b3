/** How long the log of production may be stored late before people are told. */
export const ARCHIVE_GRACE_MINUTES = 5;
/** So much log waits on production's own disk only when something is wrong. */
export const RETAINED_LIMIT_BYTES = 1024 * 1024 * 1024;

/** What is wrong with the archive of a log, in words; null: nothing. */
export const judgeArchive = (facts: {
  readonly now: Date;
  /** When reading began. */
  readonly since: Date;
  /** ISO 8601; null: nothing is stored yet. */
  readonly until: string | null;
  /** What production's server keeps because it is not stored yet. */
  readonly retainedBytes: number;
  /** Why it is not read; null: it is. */
  readonly failure: string | null;
}): string | null => {
  const stored = facts.until === null ? 'nothing is stored yet' : `stored is what was committed until ${facts.until}`;
  const late = facts.now.getTime() - Math.max(Date.parse(facts.until ?? '') || 0, facts.since.getTime());
  if (late > ARCHIVE_GRACE_MINUTES * 60_000)
    return `the log of production is more than ${ARCHIVE_GRACE_MINUTES} minutes late (${facts.failure ?? 'it does not arrive'}); ${stored}`;
  if (facts.retainedBytes > RETAINED_LIMIT_BYTES)
    return `${(facts.retainedBytes / 1e9).toFixed(1)} GB of log wait on production's disk to be stored; ${stored}`;
  return facts.failure !== null && facts.until === null
    ? `the log of production is not kept (${facts.failure}); ${stored}`
    : null;
};
