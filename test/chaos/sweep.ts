import type { ControlPlane, Site } from '../flows/make-slipway.ts';
import { never } from '../flows/mortal-pool.ts';

/** Each has a database, a world and files of its own. */
const AT_ONCE = 3;

/** Dying there is dying at the effect before or after. The statements of a transaction are one effect. */
const READS = new Set([
  'databases.exists',
  'databases.query',
  'sql.run',
  'sql.read',
  'workload.state',
  'builder.base',
  'builder.list',
  'builder.readEach',
  'filestores.ensure',
]);
const BEGINS = /^with held as/;

/** Every place at which a process can die: before, in and after each effect outside, and after each write to the database. */
export const watch = (site: Site, plane: ControlPlane, at: (point: string, index: number) => Promise<void>): void => {
  let index = 0;
  site.world.fault = async ({ method, when }) => {
    if (plane.life.dead) return never();
    if (!READS.has(method)) await at(`${when} ${method}`, index++);
  };
  plane.life.wrote = async (statement) => {
    if (!BEGINS.test(statement)) await at(`after ${statement}`, index++);
  };
};

/** Part by part, so that a failure says in one line what is not as it should be. */
export const differences = <T extends object>(found: T, wanted: T): string[] =>
  Object.entries(wanted).flatMap(([part, value]) => {
    const [is, should] = [found[part as keyof T], value].map((each) => JSON.stringify(each));
    return is === should ? [] : [`${part} is ${is}, not ${should}`];
  });

const ALIKE = /^(?:before|after) store\.put$/;
/** Of each end of a row of blobs; between them one in so many. */
const ENDS = 4;
const ONE_IN = 23;

/** A failing run goes the way of one that succeeds up to the job that fails, which is the last: there one place in so many. */
const ON_THE_WAY = 4;

/** Where to die in a run that fails: everywhere from its last job on. */
export const fromTheFailure = (points: readonly string[]): ((at: number) => boolean) => {
  const failure = points.lastIndexOf('before workload.runJob');
  return (at) => at >= failure || at % ON_THE_WAY === 0;
};

/** Where to die. A sanitised snapshot stores a file for each kind of attachment: nobody can tell the fortieth from the forty-first. */
const worthIt = (points: readonly string[]): readonly (readonly [number, string])[] => {
  const runOf = (at: number, step: number): number => {
    let count = 0;
    while (ALIKE.test(points[at + step * (count + 1)] ?? '')) count++;
    return count;
  };
  return [...points.entries()].filter(
    ([at, point]) => !ALIKE.test(point) || runOf(at, -1) < ENDS || runOf(at, 1) < ENDS || at % ONE_IN === 0,
  );
};

/** Dies at every point; answers what was not as it should be, with the point where it died. */
export const atEach = async (
  points: readonly string[],
  tried: (at: number) => Promise<readonly string[]>,
  wanted: (at: number) => boolean = () => true,
): Promise<readonly string[]> => {
  const wrong: string[] = [];
  const waiting = worthIt(points).filter(([at]) => wanted(at));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, point] = next;
      const said = await tried(at).catch((error: Error) => [error.message]);
      wrong.push(...said.map((text) => `${at} ${point}: ${text}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
};
