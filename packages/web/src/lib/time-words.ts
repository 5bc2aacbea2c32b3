const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  [365 * DAY, 'y'],
  [30 * DAY, 'mo'],
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
] as const;

/** `3 min ago`, `in 2 h`; below a minute `just now`. */
export const agoWords = (iso: string, now: number): string => {
  const away = now - Date.parse(iso);
  if (Number.isNaN(away)) return '';
  const step = STEPS.find(([length]) => Math.abs(away) >= length);
  if (step === undefined) return away < -SECOND * 5 ? 'in a moment' : 'just now';
  const words = `${Math.floor(Math.abs(away) / step[0])} ${step[1]}`;
  return away > 0 ? `${words} ago` : `in ${words}`;
};

/** `1:04 min`, `12.3 s`, `2 h 5 min`: what a stopwatch would say. */
export const durationWords = (milliseconds: number): string => {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10 * SECOND) return `${(milliseconds / SECOND).toFixed(1)} s`;
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  const minutes = Math.floor(milliseconds / MINUTE);
  if (minutes < 60) return `${minutes}:${String(Math.floor((milliseconds % MINUTE) / SECOND)).padStart(2, '0')} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
};

/** In the reader's own zone and language, with the zone named. */
export const absoluteWords = (iso: string): string => {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
};

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export const byteWords = (bytes: number): string => {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
};
