/** Which moments can be reached, from what is in the store. */
import { Failure } from '@slipway/contracts/failure';
import type { Repository } from '../repository.ts';
import { type Base, listBases } from './base.ts';
import { chainFrom, type Lineage, lineageName, readStretch, type Stretch, untilMoment, WAL } from './chain.ts';

/** A copy, the log that hangs together behind it, and what can be reached with the two. */
export interface Reach {
  readonly base: Base;
  readonly chain: readonly Stretch[];
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

export const stretchesOf = async (from: Repository, lineage: Lineage): Promise<Stretch[]> => {
  const found: Stretch[] = [];
  for await (const { name } of from.store.list(lineageName(lineage))) {
    const stretch = readStretch(name);
    if (stretch !== null) found.push(stretch);
  }
  return found;
};

/** Lineages that the store holds something of, with or without a copy. */
export const lineagesOf = async (from: Repository, project: string): Promise<Lineage[]> => {
  const found = new Map<string, Lineage>();
  for await (const { name } of from.store.list(`${WAL}${project}/`)) {
    const [folder, system, timeline] = /^.*\/(\d+)-([0-9a-f]{8})\//.exec(name) ?? [];
    if (folder === undefined || system === undefined || timeline === undefined) continue;
    found.set(folder, { project, system, timeline: Number.parseInt(timeline, 16) });
  }
  return [...found.values()];
};

/** Up to when the archive knows everything to be stored: later than the newest stretch says where nothing was written since. */
export interface Latest {
  readonly lineage: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Of each copy, oldest first; a copy whose own log is not whole reaches nothing and is left out. */
export const reachable = async (from: Repository, project: string, latest: Latest | null): Promise<Reach[]> => {
  const stretches = new Map<string, Stretch[]>();
  const found: Reach[] = [];
  for (const base of await listBases(from, project)) {
    const key = lineageName(base.lineage);
    const all = stretches.get(key) ?? (await stretchesOf(from, base.lineage));
    stretches.set(key, all);
    const reach = reachOf(base, all, latest?.lineage === key ? latest.until : 0);
    if (reach !== null) found.push(reach);
  }
  return found;
};

export const reachOf = (base: Base, all: readonly Stretch[], latest: number): Reach | null => {
  const chain = chainFrom(all, base.start);
  const last = chain.at(-1);
  if (last === undefined || last.end < base.end) return null;
  const from = Date.parse(base.finishedAt);
  const isNewest = all.every(({ end }) => end <= last.end);
  const until = chain.reduce((most, { at }) => Math.max(most, at), isNewest ? latest : 0);
  return until < from ? null : { base, chain, from, until };
};

/** Failure: moment-unreachable, with what can be reached. */
export const chooseReach = (all: readonly Reach[], moment: Date): Reach => {
  const at = moment.getTime();
  const fits = all.filter(({ from, until }) => from <= at && at <= until).at(-1);
  if (fits !== undefined) return { ...fits, chain: untilMoment(fits.chain, at) };
  throw new Failure('moment-unreachable', { moment: moment.toISOString(), windows: printWindows(all) });
};

/** `isGrounded`: a copy leads to the end of the log that is being read, or will when a little more of it is there. */
export const surveyStore = async (
  from: Repository,
  project: string,
  latest: Latest,
): Promise<{ readonly windows: ReturnType<typeof windowsOf>; readonly isGrounded: boolean }> => {
  const all = await reachable(from, project, latest);
  const own = (await listBases(from, project)).filter(({ lineage }) => lineageName(lineage) === latest.lineage);
  const [first] = own;
  const stretches = first === undefined ? [] : await stretchesOf(from, first.lineage);
  const newest = stretches.reduce((end, stretch) => (stretch.end > end ? stretch.end : end), 0n);
  const isGrounded = own.some(
    (base) => Date.parse(base.finishedAt) > latest.until || chainFrom(stretches, base.start).at(-1)?.end === newest,
  );
  return { windows: windowsOf(all), isGrounded };
};

/** Windows that overlap are one. Oldest first. */
export const windowsOf = (all: readonly Pick<Reach, 'from' | 'until'>[]): { from: number; until: number }[] => {
  const merged: { from: number; until: number }[] = [];
  for (const { from, until } of [...all].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until);
    else merged.push({ from, until });
  }
  return merged;
};

const printWindows = (all: readonly Reach[]): string =>
  windowsOf(all)
    .map(({ from, until }) => `${new Date(from).toISOString()} to ${new Date(until).toISOString()}`)
    .join(', ') || 'none';
