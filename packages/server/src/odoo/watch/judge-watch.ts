/** After a deployment: is what serves now worse than what served before? Pure; whoever asks gathers both sides. */
import type { FailingCron, Fingerprint } from './fingerprints.ts';
import { isHandled } from './handled.ts';

/** What one version did in a while. */
export interface Watched {
  readonly seconds: number;
  readonly requests: number;
  /** Answers of 500 and above, by Odoo or in its place. */
  readonly serverErrors: number;
  /** Milliseconds; null: there were no requests. */
  readonly p95: number | null;
  readonly errors: readonly Fingerprint[];
  readonly failingCrons: readonly FailingCron[];
}

export interface WatchLimits {
  /** How often an error that was not there before has to come. One that is CRITICAL has to come once. */
  readonly newErrors: number;
  /** Of 100 requests, and how many times as many as before; below a number of them it is chance. */
  readonly errorPercent: number;
  readonly errorTimes: number;
  readonly errorsAtLeast: number;
  readonly p95: number;
  readonly p95Times: number;
  readonly requestsAtLeast: number;
  readonly cronFailures: number;
}

export const WATCH_LIMITS: WatchLimits = {
  newErrors: 3,
  errorPercent: 1,
  errorTimes: 3,
  errorsAtLeast: 5,
  p95: 500,
  p95Times: 2,
  requestsAtLeast: 50,
  cronFailures: 2,
};

export interface WatchJudgement {
  readonly decision: 'keep' | 'roll back';
  /** What is worse, in a word each: fit for those who may not read a log. */
  readonly about: readonly string[];
  /** What speaks for going back, in words; empty: nothing. */
  readonly why: readonly string[];
  /** What was noticed, and is no reason by itself. */
  readonly remarks: readonly string[];
}

interface Finding {
  readonly grave: boolean;
  readonly says: string;
}

/** `baseline`: the former version on the same data. Null: there was none, so there is nothing to go back to, and nothing to compare with. */
export const judgeWatch = (baseline: Watched | null, present: Watched, limits = WATCH_LIMITS): WatchJudgement => {
  if (baseline === null)
    return {
      decision: 'keep',
      about: [],
      why: [],
      remarks: ['nothing served before: there is nothing to compare with'],
    };
  const findings = COMPARED.flatMap(([about, compare]) =>
    compare(baseline, present, limits).map((finding) => ({ about, ...finding })),
  );
  const grave = findings.filter((finding) => finding.grave);
  const why = grave.map(({ says }) => says);
  const remarks = findings.filter((finding) => !finding.grave).map(({ says }) => says);
  const about = [...new Set(grave.map((finding) => finding.about))];
  return { decision: why.length > 0 ? 'roll back' : 'keep', about, why, remarks };
};

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const newErrors = (baseline: Watched, present: Watched, limits: WatchLimits): readonly Finding[] => {
  const known = new Set(baseline.errors.map(({ id }) => id));
  return present.errors
    .filter(({ id }) => !known.has(id))
    .map(({ level, logger, text, count }) => ({
      grave: level === 'CRITICAL' || (count >= limits.newErrors && !isHandled({ logger, text })),
      says: `an error that was not there before, ${times(count)}: ${logger}: ${text}`,
    }));
};

const percentOf = ({ serverErrors: errors, requests }: Watched): number =>
  requests === 0 ? 0 : (errors / requests) * 100;
const shown = (percent: number): string => `${Math.round(percent * 100) / 100} %`;

const serverErrors = (baseline: Watched, present: Watched, limits: WatchLimits): readonly Finding[] => {
  const [before, now] = [percentOf(baseline), percentOf(present)];
  if (now <= Math.max(limits.errorPercent, before * limits.errorTimes)) return [];
  const told = `${present.serverErrors} of ${present.requests} requests answered 500 or above (${shown(now)}`;
  if (baseline.requests < limits.requestsAtLeast)
    return [{ grave: false, says: `${told}); of before too little is known to compare` }];
  return [{ grave: present.serverErrors >= limits.errorsAtLeast, says: `${told}, before ${shown(before)})` }];
};

const slowness = (baseline: Watched, present: Watched, limits: WatchLimits): readonly Finding[] => {
  const [before, now] = [baseline.p95, present.p95];
  if (now === null || now <= limits.p95) return [];
  if (before === null || baseline.requests < limits.requestsAtLeast)
    return [{ grave: false, says: `p95 ${now} ms; of before too little is known to compare` }];
  if (now <= before * limits.p95Times) return [];
  return [
    {
      grave: present.requests >= limits.requestsAtLeast,
      says: `p95 ${now} ms over ${present.requests} requests, before ${before} ms`,
    },
  ];
};

const crons = (baseline: Watched, present: Watched, limits: WatchLimits): readonly Finding[] => {
  const known = new Set(baseline.failingCrons.map(({ name }) => name));
  return present.failingCrons
    .filter(({ name }) => !known.has(name))
    .map(({ name, failures }) => ({
      grave: failures >= limits.cronFailures,
      says: `scheduled action "${name}" failed ${times(failures)}, and did not before`,
    }));
};

type Compare = (baseline: Watched, present: Watched, limits: WatchLimits) => readonly Finding[];
const COMPARED: readonly (readonly [string, Compare])[] = [
  ['new errors', newErrors],
  ['failing answers', serverErrors],
  ['slow answers', slowness],
  ['failing scheduled actions', crons],
];
