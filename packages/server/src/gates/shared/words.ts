/** Words that several gates use. */

export const short = (sha: string): string => sha.slice(0, 8);

/** `1 secret`, `2 secrets`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const NAMED = 5;

/** At most five, and how many more there are. */
export const some = (names: readonly string[]): string => {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `45 minutes`, `7 hours`, `3 days`. */
export const span = (seconds: number): string => {
  if (seconds >= 2 * DAY) return `${Math.floor(seconds / DAY)} days`;
  if (seconds >= 2 * HOUR) return `${Math.floor(seconds / HOUR)} hours`;
  return counted(Math.max(0, Math.floor(seconds / MINUTE)), 'minute');
};

/** Seconds from `at` to `now`, both ISO. */
export const ageOf = (at: string, now: string): number => (Date.parse(now) - Date.parse(at)) / 1000;
