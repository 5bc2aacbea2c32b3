import type { WatchView } from '@slipway/contracts/watch-views';
import { printable } from '../output/printable.ts';

/** `21:15 UTC`, with the day where it is another one. */
const clock = (iso: string | null, now: Date): string => {
  if (iso === null) return 'some time';
  const today = now.toISOString().slice(0, 10) === iso.slice(0, 10);
  return `${today ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 16)} UTC`;
};

const SAYS: Readonly<Record<WatchView['state'], (watch: WatchView, now: Date) => string>> = {
  watching: ({ until, why }, now) =>
    `until ${clock(until, now)}: ${why.length === 0 ? 'nothing worse so far' : 'it looks worse'}`,
  kept: ({ until, compared }, now) =>
    compared === null ? 'there was nothing to compare with' : `watched until ${clock(until, now)}: nothing worse`,
  ended: ({ endedAt, reason }, now) => `ended at ${clock(endedAt, now)}: ${reason}`,
  told: ({ reason }) =>
    `worse than before, and not rolled back by itself: ${reason} (\`slipway rollback --dry-run\` says what going back means)`,
  'rolling-back': ({ rollback }) => `worse than before: ${rollback} rolls it back`,
  'rolled-back': ({ endedAt, rollback }, now) =>
    `rolled back at ${clock(endedAt, now)} by ${rollback}, because it was worse`,
  'rollback-failed': ({ rollback }) => `worse than before, and going back failed: slipway run show ${rollback}`,
};

export const watchSentence = (watch: WatchView | null, now: Date): string | null =>
  watch && SAYS[watch.state](watch, now);

/** What speaks against the version, and what is to be said besides. */
export const watchDetails = (watch: WatchView | null): readonly string[] =>
  watch === null
    ? []
    : [...watch.why.map((text) => `- ${printable(text)}`), ...watch.remarks.map((text) => `  (${printable(text)})`)];
