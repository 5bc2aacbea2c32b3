/** What of a log may be laid at a version's door: not what happens around the time at which its database or its disk is gone. */
import { COLOUR } from '../log-records.ts';
import { isWorldTrouble } from '../world-trouble.ts';

const HEAD = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),(\d{3}) \d+ [A-Z]+ \S+ [\w.]+: /;
/** Odoo notices late, and goes on failing until its connections are new. */
const [BEFORE, AFTER] = [5_000, 60_000];

/** Milliseconds since 1970. */
export interface Trouble {
  readonly from: number;
  readonly until: number;
}

export interface CalmLog {
  readonly lines: readonly string[];
  /** In order; those that touch are one. */
  readonly troubles: readonly Trouble[];
}

/** Odoo writes its times in UTC, wherever it runs. */
const timeOf = (line: string): number | null => {
  const [, day, time, milliseconds] = HEAD.exec(line.replace(COLOUR, '')) ?? [];
  return day === undefined ? null : Date.parse(`${day}T${time}.${milliseconds}Z`);
};

export const calmLog = (lines: readonly string[]): CalmLog => {
  let at: number | null = null;
  const timed = lines.map((line) => {
    at = timeOf(line) ?? at;
    return { at, line };
  });
  const times = timed.flatMap((one) => (one.at !== null && isWorldTrouble(one.line) ? [one.at] : []));
  const troubles = joined(times);
  const within = (time: number | null): boolean =>
    time !== null && troubles.some(({ from, until }) => time >= from && time <= until);
  return { lines: timed.filter((one) => !within(one.at)).map(({ line }) => line), troubles };
};

/** Of several logs: of all of them, what one of them met. */
export const joinTroubles = (all: readonly Trouble[]): readonly Trouble[] => {
  const found: { from: number; until: number }[] = [];
  for (const { from, until } of [...all].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until);
    else found.push({ from, until });
  }
  return found;
};

const joined = (times: readonly number[]): readonly Trouble[] =>
  joinTroubles(times.map((time) => ({ from: time - BEFORE, until: time + AFTER })));
