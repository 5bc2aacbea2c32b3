import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Door } from '../../../domain/egress.ts';
import type { OpenDoor } from './doors.ts';

/** A door that is wanted, and why it is not open when it is not. */
export interface DoorState {
  readonly door: Door;
  readonly problem: string | null;
}

export interface DoorKeeper {
  /** Resolves when the door is open; rejects with the reason why it cannot be, and goes on trying. */
  want(door: Door): Promise<OpenDoor>;
  forget(environment: string): Promise<void>;
  /** Tries again what could not be opened: after a start of the machine networks come later than we. */
  retry(): Promise<void>;
  states(): readonly DoorState[];
  close(): Promise<void>;
}

const stored = z.array(
  z.object({ environment: z.string(), address: z.string(), subnet: z.string(), allow: z.array(z.string()) }),
);

/** The doors that were wanted when the gateway ended; without the file: none. */
export const readDoors = async (file: string): Promise<readonly Door[]> => {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  try {
    return stored.parse(JSON.parse(text));
  } catch {
    return [];
  }
};

/** Wanted doors, kept in a file so that they are there again after a restart. One thing at a time: the order of asking is the order of doing. */
export const keepDoors = (facts: {
  readonly file: string;
  readonly doors: readonly Door[];
  readonly open: (door: Door) => Promise<OpenDoor>;
}): DoorKeeper => {
  const wanted = new Map(facts.doors.map((door) => [door.environment, door]));
  const open = new Map<string, OpenDoor>();
  const problems = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const save = async (): Promise<void> => {
    await writeFile(`${facts.file}.new`, `${JSON.stringify([...wanted.values()], null, 1)}\n`, { mode: 0o600 });
    await rename(`${facts.file}.new`, facts.file);
  };
  const shut = async (environment: string): Promise<void> => {
    await open.get(environment)?.close();
    open.delete(environment);
    problems.delete(environment);
  };
  const attempt = async (door: Door): Promise<OpenDoor> => {
    try {
      const opened = await facts.open(door);
      open.set(door.environment, opened);
      problems.delete(door.environment);
      return opened;
    } catch (error) {
      problems.set(door.environment, error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
  const want = async (door: Door): Promise<OpenDoor> => {
    const present = open.get(door.environment);
    if (present !== undefined && same(present.door, door)) return present;
    // An address is one environment's: whoever had it before is gone, or what it says would be taken for another's.
    for (const other of [...wanted.values()])
      if (other.address === door.address && other.environment !== door.environment) {
        await shut(other.environment);
        wanted.delete(other.environment);
      }
    await shut(door.environment);
    wanted.set(door.environment, door);
    await save();
    return attempt(door);
  };
  return {
    want: (door) => inTurn(() => want(door)),
    forget: (environment) =>
      inTurn(async () => {
        await shut(environment);
        if (wanted.delete(environment)) await save();
      }),
    retry: () =>
      inTurn(async () => {
        for (const door of wanted.values()) if (!open.has(door.environment)) await attempt(door).catch(() => undefined);
      }),
    states: () => [...wanted.values()].map((door) => ({ door, problem: stateOf(door, open, problems) })),
    close: () =>
      inTurn(async () => {
        for (const environment of [...open.keys()]) await shut(environment);
      }),
  };
};

const stateOf = (
  door: Door,
  open: ReadonlyMap<string, OpenDoor>,
  problems: ReadonlyMap<string, string>,
): string | null => (open.has(door.environment) ? null : (problems.get(door.environment) ?? 'not tried yet'));

const same = (a: Door, b: Door): boolean => JSON.stringify(orderly(a)) === JSON.stringify(orderly(b));
const orderly = ({ environment, address, subnet, allow }: Door): unknown => [environment, address, subnet, allow];
