/** Which backups stay: the newest of each of the last days, weeks and months (C10). Pure; times are UTC. */

export interface Keepable {
  readonly id: string;
  /** ISO 8601. */
  readonly takenAt: string;
  /** A person said that it stays. */
  readonly pinned: boolean;
}

export interface RetentionRule {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

export interface RetentionVerdict {
  readonly id: string;
  readonly keep: boolean;
  /** `daily 2026-11-21`, `weekly 2026-W47`, `pinned`, or why it goes. */
  readonly why: string;
}

const day = (at: Date): string => at.toISOString().slice(0, 10);
const month = (at: Date): string => at.toISOString().slice(0, 7);

/** ISO 8601 week: the one that has the year's Thursday. */
const week = (at: Date): string => {
  const thursday = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const number = Math.ceil(((thursday.getTime() - first) / 86_400_000 + 1) / 7);
  return `${thursday.getUTCFullYear()}-W${String(number).padStart(2, '0')}`;
};

const PERIODS = [
  ['daily', day],
  ['weekly', week],
  ['monthly', month],
] as const;

/**
 * One verdict for each, newest first. Counted are periods that have a backup, so a pause in backups never makes the last good ones go.
 * The newest one always stays.
 */
export const judgeRetention = (items: readonly Keepable[], rule: RetentionRule): RetentionVerdict[] => {
  const sorted = [...items].sort((a, b) => b.takenAt.localeCompare(a.takenAt) || b.id.localeCompare(a.id));
  const reasons = new Map<string, string>();
  for (const [name, period] of PERIODS) {
    const seen = new Set<string>();
    for (const item of sorted) {
      const key = period(new Date(item.takenAt));
      if (seen.has(key)) continue;
      if (seen.size >= rule[name]) break;
      seen.add(key);
      if (!reasons.has(item.id)) reasons.set(item.id, `${name} ${key}`);
    }
  }
  return sorted.map((item, index) => {
    if (item.pinned) return { id: item.id, keep: true, why: 'pinned' };
    const reason = reasons.get(item.id) ?? (index === 0 ? 'the newest' : undefined);
    return reason === undefined
      ? { id: item.id, keep: false, why: 'no day, week or month that is kept needs it' }
      : { id: item.id, keep: true, why: reason };
  });
};
