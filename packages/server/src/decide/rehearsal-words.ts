import type { LocksView } from '@slipway/contracts/rehearsal-views';

/** A lock that is shorter delays nobody so that it is worth a word. */
const SHORT_SECONDS = 2;

interface Rehearsed {
  /** Modules that were updated or installed. */
  readonly modules: number;
  readonly locks: LocksView | null;
  /** Null: no forecast could be made. */
  readonly readOnlySeconds: number | null;
}

/** `about 4 min read-only, 3 modules, no lock > 2 s`: what the deployment will be like. Pure. */
export const rehearsalWords = ({ modules, locks, readOnlySeconds }: Rehearsed): string => {
  if (modules === 0) return 'code only: nobody waits';
  return [
    readOnlySeconds === null ? 'no forecast: it was interrupted' : `about ${shortly(readOnlySeconds)} read-only`,
    `${modules} module${modules === 1 ? '' : 's'}`,
    ...lockWords(locks),
  ].join(', ');
};

const lockWords = (locks: LocksView | null): readonly string[] => {
  if (locks === null) return [];
  const [worst] = locks.held;
  return worst === undefined || worst.seconds <= SHORT_SECONDS
    ? [`no lock > ${SHORT_SECONDS} s`]
    : [`longest lock ${worst.seconds} s on ${worst.table}`];
};

/** People are told whole minutes from a minute and a half on. */
const shortly = (seconds: number): string =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
