import type { ErrorCode } from '@slipway/contracts/errors';
import { type Facts, Failure } from '@slipway/contracts/failure';
import type { OdooProcess, SlotSpec } from '../../../ports/workload.ts';

export interface MemoryDatabase {
  role: string | null;
  owner: string;
  readonly at: string;
  frozen: boolean;
  readonly content: string[];
}

export interface MemoryContainer {
  readonly owner: string;
  readonly at: string;
  readonly image: string;
  readonly address: string;
  readonly spec: string;
  readonly slot: SlotSpec | null;
  running: boolean;
  readonly lines: string[];
}

/** What a process does when it is started. */
export interface Script {
  readonly lines: readonly string[];
  readonly exitCode: number;
  readonly outOfMemory?: boolean;
  /** Never ends by itself. */
  readonly endless?: boolean;
}

export interface WorldOptions {
  /** What Odoo does; default: a run that installed everything and ended well. */
  readonly run?: (process: OdooProcess) => Script;
  /** Rows of a query; default: none. */
  readonly answer?: (
    database: string,
    statement: string,
    parameters: readonly unknown[],
  ) => readonly Readonly<Record<string, unknown>>[];
  /** Base images that are there, with the names in their folders. */
  readonly bases?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Starts a small HTTP server on 127.0.0.1 for each running slot, so that an edge can be put in front. */
  readonly serve?: boolean;
  readonly now?: () => Date;
}

interface Planned {
  readonly code: ErrorCode;
  readonly facts: Facts;
  readonly call: string | null;
  readonly when: 'before' | 'after';
}

const DEFAULT_RUN: Script = {
  lines: ['odoo.modules.loading: Modules loaded.', 'odoo.service.server: Initiating shutdown'],
  exitCode: 0,
};

/**
 * Everything outside the control plane, in memory. The drivers keep nothing of their own: hand the same world to another
 * control plane and it finds what the first one left.
 */
export class MemoryWorld {
  readonly databases = new Map<string, MemoryDatabase>();
  readonly roles = new Map<string, { readonly owner: string; readonly at: string; password: string }>();
  readonly containers = new Map<string, MemoryContainer>();
  readonly images = new Map<string, string>();
  /** Files by path, per owner; `alias` maps one database's folder to another's. */
  readonly folders = new Map<
    string,
    { readonly at: string; readonly files: Map<string, string>; readonly alias: Map<string, string> }
  >();
  readonly options: WorldOptions;
  readonly #effects = new Map<string, number>();
  readonly #planned: Planned[] = [];
  readonly #closers = new Set<() => Promise<void>>();
  #addresses = 0;

  constructor(options: WorldOptions = {}) {
    this.options = options;
  }

  /**
   * The next call fails with this code: before it did anything, or after it did everything and only its answer was lost.
   * `call` narrows it to one (`workload.boot`, `databases.clone`, …).
   */
  failNext(
    code: ErrorCode,
    { call = null, when = 'before', facts = { reason: 'told to fail' } }: Partial<Omit<Planned, 'code'>> = {},
  ): void {
    this.#planned.push({ code, facts, call, when });
  }

  /** How often something really changed: `created database odoo_pr_1` must be 1 after a crash and its repetition. */
  effects(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#effects);
  }

  changed(effect: string): void {
    this.#effects.set(effect, (this.#effects.get(effect) ?? 0) + 1);
  }

  /** Every call of every driver goes through here. */
  async call<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    this.#failIfPlanned(name, 'before');
    const result = await work();
    this.#failIfPlanned(name, 'after');
    return result;
  }

  #failIfPlanned(name: string, when: Planned['when']): void {
    const index = this.#planned.findIndex((one) => one.when === when && (one.call === null || one.call === name));
    const [planned] = index === -1 ? [] : this.#planned.splice(index, 1);
    if (planned !== undefined) throw new Failure(planned.code, planned.facts);
  }

  now(): string {
    return (this.options.now ?? (() => new Date()))().toISOString();
  }

  run(process: OdooProcess): Script {
    return (this.options.run ?? (() => DEFAULT_RUN))(process);
  }

  nextAddress(): string {
    this.#addresses += 1;
    return `10.255.${this.#addresses >> 8}.${this.#addresses & 255}`;
  }

  /** Something that must be closed at the end, such as a slot's HTTP server. */
  keepOpen(close: () => Promise<void>): void {
    this.#closers.add(close);
  }

  forgetOpen(close: () => Promise<void>): void {
    this.#closers.delete(close);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#closers].map((close) => close()));
    this.#closers.clear();
  }
}
