import type { Failure } from '@slipway/contracts/failure';
import { systemClock } from '../../../domain/clock.ts';
import type { Receipt } from '../../../domain/receipt.ts';
import type { TerminalSpec } from '../../../ports/terminals.ts';

export interface MemoryDatabase {
  readonly owner: string;
  readonly role: string;
  readonly createdAt: string;
  /** State by module name, as in ir_module_module. */
  readonly modules: Map<string, string>;
  /** Statements that were run in it, besides reading. */
  statements: number;
  /** Whether everything that could reach the outside is off: what a module brings is on. */
  neutral: boolean;
  /** Whether it holds what an Odoo leaves that ran on it, such as jobs that are due. */
  queued: boolean;
  frozen: boolean;
  /** Its role may only read: what `closeToWrites` makes of it. */
  closed: boolean;
  /** A restore has begun and has not ended. */
  restoring: boolean;
  /** What a restore brought, by table. */
  readonly contents: Map<string, readonly MemoryRow[]>;
}

export type MemoryRow = Readonly<Record<string, string>>;

export interface MemoryContainer {
  readonly environment: string;
  readonly slot: string;
  readonly image: string;
  readonly database: string;
  /** Digest of the specification; another one replaces the container. */
  readonly spec: string;
  /** An address of its own, another one after a replacement. */
  readonly host: string;
  readonly port: number;
  readonly createdAt: string;
  startedAt: string;
  running: boolean;
  /** What its Odoo wrote besides what every Odoo writes. */
  readonly said: { readonly at: string; readonly line: string }[];
}

/** Content by path. */
export type Attachments = Map<string, string>;

export interface MemoryFolder {
  /** By the database names under which they are reachable. */
  readonly databases: Map<string, Attachments>;
  readonly createdAt: string;
}

/** A shell that somebody has open. */
export interface MemoryTerminal {
  readonly environment: string;
  readonly spec: TerminalSpec;
  readonly createdAt: string;
  end(code: number | null): void;
}

/** Where something goes wrong: a port's method, before or after it took effect (a job also in the middle). */
export interface FaultPoint {
  /** Such as `workload.boot`. */
  readonly method: string;
  readonly when: 'before' | 'middle' | 'after';
}

/** What an image runs that is not Odoo: prints, and ends with a code; null: never by itself. */
export interface Program {
  readonly lines: readonly string[];
  readonly exitCode: number | null;
}

/** How Odoo ends a one-off run. */
export type OdooMood = 'clean' | 'install-fails' | 'test-fails' | 'boot-fails' | 'hangs';

/**
 * Containers, databases, images and files as they would be on a machine, shared by all who are given it: what it holds outlives a control
 * plane that dies. `fault` is called around each effect and may throw, wait, or never come back.
 */
export class World {
  readonly databases = new Map<string, MemoryDatabase>();
  /** Owner by role name. */
  readonly roles = new Map<string, string>();
  /** By `environment/slot`. */
  readonly containers = new Map<string, MemoryContainer>();
  /** Left-over jobs: a job is here while it runs. By `environment/name`. */
  readonly jobs = new Map<string, { readonly environment: string; readonly createdAt: string }>();
  /** By the id of the shell; they are no part of a copy. */
  readonly terminals = new Map<string, MemoryTerminal>();
  readonly images = new Map<string, string>();
  /** By image; every other image is an Odoo. */
  readonly programs = new Map<string, Program>();
  /** By owner. */
  readonly folders = new Map<string, MemoryFolder>();
  /** Names of modules that Odoo's own folder holds. */
  core: readonly string[] = ['base', 'web', 'mail'];
  /** Text by `<module>/<file>`, in the same folder. */
  readonly files = new Map<string, string>();
  /** `job`: the name of the one-off run, such as `update`, or `boot`, which has a slot. */
  mood: (job: string, environment: string, slot?: string) => OdooMood = () => 'clean';
  /** Statuses that every Odoo answers by path, instead of what it should. */
  readonly answers = new Map<string, number>();
  /** On the disk of the database server; `freeBytes` null: nobody can say. */
  room: { databaseBytes: number; freeBytes: number | null } = { databaseBytes: 50_000_000, freeBytes: null };
  /** How many requests are being answered at an address; null: nobody says. */
  openRequests: (host: string) => number | null = () => 0;
  fault: (point: FaultPoint) => Promise<void> = async () => undefined;
  now: () => Date = systemClock.now;
  /** How often something really changed, by method. */
  readonly effects = new Map<string, number>();
  readonly #failures = new Map<string, Failure[]>();
  #address = 0;

  /** The next call of this method fails; called twice, the next two. */
  failNext(method: string, failure: Failure): void {
    this.#failures.set(method, [...(this.#failures.get(method) ?? []), failure]);
  }

  /** One effect, with what may go wrong around it. */
  async act<T>(method: string, work: () => T | Promise<T>): Promise<T> {
    await this.fault({ method, when: 'before' });
    const failure = this.#failures.get(method)?.shift();
    if (failure !== undefined) throw failure;
    const result = await work();
    await this.fault({ method, when: 'after' });
    return result;
  }

  count(method: string): void {
    this.effects.set(method, (this.effects.get(method) ?? 0) + 1);
  }

  /** Never given twice. */
  nextNumber(): number {
    return ++this.#address;
  }

  /** A copy of everything, without faults: so that many tests can start from one place. */
  copy(): World {
    const copy = new World();
    for (const [name, value] of structuredClone(this.databases)) copy.databases.set(name, value);
    for (const [name, value] of this.roles) copy.roles.set(name, value);
    for (const [name, value] of structuredClone(this.containers)) copy.containers.set(name, value);
    for (const [name, value] of structuredClone(this.jobs)) copy.jobs.set(name, value);
    for (const [name, value] of this.images) copy.images.set(name, value);
    for (const [name, value] of this.programs) copy.programs.set(name, value);
    for (const [name, value] of structuredClone(this.folders)) copy.folders.set(name, value);
    for (const [path, text] of this.files) copy.files.set(path, text);
    for (const [path, status] of this.answers) copy.answers.set(path, status);
    copy.core = this.core;
    copy.room = { ...this.room };
    copy.mood = this.mood;
    copy.openRequests = this.openRequests;
    copy.#address = this.#address;
    return copy;
  }
}

export const receipt = (asked: string, answered: Receipt['answered'] = {}): Receipt => ({ asked, answered });
