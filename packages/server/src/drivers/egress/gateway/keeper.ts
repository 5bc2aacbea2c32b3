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

interface KeeperFacts {
  readonly file: string;
  readonly doors: readonly Door[];
  readonly open: (door: Door) => Promise<OpenDoor>;
}

/** Wanted doors, kept in a file so that they are there again after a restart. One thing at a time: the order of asking is the order of doing. */
export const keepDoors = (facts: KeeperFacts): DoorKeeper => {
  const book = new DoorBook(facts);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    want: (door) => inTurn(() => book.want(door)),
    forget: (environment) => inTurn(() => book.forget(environment)),
    retry: () => inTurn(() => book.retry()),
    states: () => book.states(),
    close: () => inTurn(() => book.close()),
  };
};

class DoorBook {
  readonly #facts: KeeperFacts;
  readonly #wanted: Map<string, Door>;
  readonly #open = new Map<string, OpenDoor>();
  readonly #problems = new Map<string, string>();

  constructor(facts: KeeperFacts) {
    this.#facts = facts;
    this.#wanted = new Map(facts.doors.map((door) => [door.environment, door]));
  }

  async want(door: Door): Promise<OpenDoor> {
    const present = this.#open.get(door.environment);
    if (present !== undefined && same(present.door, door)) return present;
    // An address is one environment's: whoever had it before is gone, or what it says would be taken for another's.
    for (const other of [...this.#wanted.values()])
      if (other.address === door.address && other.environment !== door.environment) {
        await this.#shut(other.environment);
        this.#wanted.delete(other.environment);
      }
    await this.#shut(door.environment);
    this.#wanted.set(door.environment, door);
    await this.#save();
    return this.#attempt(door);
  }

  async forget(environment: string): Promise<void> {
    await this.#shut(environment);
    if (this.#wanted.delete(environment)) await this.#save();
  }

  async retry(): Promise<void> {
    for (const door of this.#wanted.values())
      if (!this.#open.has(door.environment)) await this.#attempt(door).catch(() => undefined);
  }

  states(): readonly DoorState[] {
    return [...this.#wanted.values()].map((door) => ({ door, problem: this.#problemOf(door) }));
  }

  async close(): Promise<void> {
    for (const environment of [...this.#open.keys()]) await this.#shut(environment);
  }

  #problemOf({ environment }: Door): string | null {
    return this.#open.has(environment) ? null : (this.#problems.get(environment) ?? 'not tried yet');
  }

  async #attempt(door: Door): Promise<OpenDoor> {
    try {
      const opened = await this.#facts.open(door);
      this.#open.set(door.environment, opened);
      this.#problems.delete(door.environment);
      return opened;
    } catch (error) {
      this.#problems.set(door.environment, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  async #shut(environment: string): Promise<void> {
    await this.#open.get(environment)?.close();
    this.#open.delete(environment);
    this.#problems.delete(environment);
  }

  async #save(): Promise<void> {
    const { file } = this.#facts;
    await writeFile(`${file}.new`, `${JSON.stringify([...this.#wanted.values()], null, 1)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}

const same = (a: Door, b: Door): boolean => JSON.stringify(orderly(a)) === JSON.stringify(orderly(b));
const orderly = ({ environment, address, subnet, allow }: Door): unknown => [environment, address, subnet, allow];
