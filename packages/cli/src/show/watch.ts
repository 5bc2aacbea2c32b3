import type { WatchView } from '@slipway/contracts/watch-views';
import { printable } from '../output/printable.ts';

const clock = (iso: string | null): string => (iso === null ? 'some time' : `${iso.slice(11, 16)} UTC`);

const SAYS: Readonly<Record<WatchView['state'], (watch: WatchView) => string>> = {
  watching: ({ until, why }) =>
    `until ${clock(until)}: ${why.length === 0 ? 'nothing worse so far' : 'it looks worse'}`,
  kept: ({ until, compared }) =>
    compared === null ? 'there was nothing to compare with' : `watched until ${clock(until)}: nothing worse`,
  ended: ({ endedAt, reason }) => `ended at ${clock(endedAt)}: ${reason}`,
  told: ({ reason }) => `worse than before, and not rolled back by itself: ${reason}`,
  'rolling-back': ({ rollback }) => `worse than before: ${rollback} rolls it back`,
  'rolled-back': ({ endedAt, rollback }) => `rolled back at ${clock(endedAt)} by ${rollback}, because it was worse`,
  'rollback-failed': ({ rollback }) => `worse than before, and going back failed: slipway run show ${rollback}`,
};

export const watchSentence = (watch: WatchView | null): string | null => watch && SAYS[watch.state](watch);

/** What speaks against the version, and what is to be said besides. */
export const watchDetails = (watch: WatchView | null): readonly string[] =>
  watch === null
    ? []
    : [...watch.why.map((text) => `- ${printable(text)}`), ...watch.remarks.map((text) => `  (${printable(text)})`)];
