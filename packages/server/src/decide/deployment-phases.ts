/** How long each phase of a deployment took, from its journal. */
import type { MeasuredPhases } from '@slipway/contracts/forecast-views';

/** A row of the journal, as far as it is looked at. Times are ISO. */
export interface TimedStep {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly milliseconds: number | null;
}

/** Of rows in the order of the plan, the clean-up after them. */
export const deploymentPhases = (rows: readonly TimedStep[]): MeasuredPhases => {
  const done = rows.filter(({ state, finishedAt }) => state === 'done' && finishedAt !== null);
  const of = (...which: readonly string[]): number | null =>
    sum(done.filter(({ name, kind }) => which.includes(name) || which.includes(kind)));
  const from = (name: string): TimedStep | undefined => done.find((step) => step.name === name);
  const switched = (since: TimedStep | undefined): TimedStep | undefined =>
    since && done.find((step) => step.kind === 'switch-route' && step.startedAt >= since.startedAt);
  const hold = from('hold-requests');
  const forSwitch = from('hold-for-switch');
  const closed = from('freeze-writes');
  const page = from('maintenance-page');
  const switching = between(forSwitch, switched(forSwitch));
  return {
    heldSeconds: both(between(hold, from('serve-reads') ?? switched(hold)), switching),
    readOnlySeconds: between(closed, page ?? switched(closed), page === undefined ? 'end' : 'start'),
    awaySeconds: between(page, switched(page)),
    backupSeconds: of('write-snapshot', 'verify-snapshot'),
    copySeconds: of('copy-database', 'copy-filestore', 'prune-filestore'),
    updateSeconds: of('update-modules'),
    figuresSeconds: of('measure-invariants', 'compare-invariants'),
    bootSeconds: of('boot-slot', 'await-ready'),
    smokeSeconds: of('smoke-slot'),
    switchSeconds: switching ?? of('switch-route'),
    totalSeconds: between(done[0], done.at(-1)),
  };
};

const inSeconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;

const sum = (steps: readonly TimedStep[]): number | null =>
  steps.length === 0 ? null : inSeconds(steps.reduce((all, { milliseconds }) => all + (milliseconds ?? 0), 0));

const both = (one: number | null, other: number | null): number | null =>
  one === null ? other : inSeconds((one + (other ?? 0)) * 1000);

/** From the beginning of one to the end, or the beginning, of the other. */
const between = (
  first: TimedStep | undefined,
  last: TimedStep | undefined,
  which: 'start' | 'end' = 'end',
): number | null => {
  const until = which === 'end' ? last?.finishedAt : last?.startedAt;
  if (first === undefined || until == null) return null;
  return inSeconds(Math.max(0, Date.parse(until) - Date.parse(first.startedAt)));
};
