import type { LogWindowView } from '@slipway/contracts/log-window-views';
import { asProblem, type Problem } from '../../api/problem.ts';
import { type Level, levelReader } from './log-levels.ts';

type NumberedLine = LogWindowView['lines'][number];
export interface Row extends NumberedLine {
  readonly level: Level;
}
/** A part of the log: the lines from the one with that index on. */
export type Ask = (from: number, limit: number, signal: AbortSignal) => Promise<LogWindowView>;

/** Rows that are asked for together. */
export const CHUNK = 500;
/** So many lines before them say of which level a traceback is that a chunk begins with. */
export const BEFORE = 100;
/** 20,000 rows are kept; what is further away is asked for again when it is looked at. */
const MOST_CHUNKS = 40;
/** What is close to being seen is there before it is. */
const MARGIN = 200;
/** Who drags the bar past ninety thousand lines asks for where they rest. */
const REST_MS = 50;
const AGAIN_MS = 2_000;
const TELL_MS = 100;

const chunkOf = (index: number): number => Math.floor(index / CHUNK);

/**
 * Rows of a log of any length, of which those are here that somebody looks at. A log only grows: a row that came stays what it is. Outside
 * of React, since rows come faster than a page should draw; `version` is what React compares.
 */
export class LogRows {
  /** Null: not known yet. */
  total: number | null = null;
  /** Why there are none, and will be none. */
  problem: Problem | null = null;
  readonly #ask: Ask;
  readonly #chunks = new Map<number, (Row | undefined)[]>();
  readonly #asking = new Map<number, AbortController>();
  readonly #watchers = new Set<() => void>();
  #looked: readonly [first: number, last: number] | null = null;
  #checking: ReturnType<typeof setTimeout> | null = null;
  #telling: ReturnType<typeof setTimeout> | null = null;
  #version = 0;
  #left = false;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  readonly version = (): number => this.#version;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Undefined: not here, or not yet. */
  row(index: number): Row | undefined {
    return this.#chunks.get(chunkOf(index))?.[index % CHUNK];
  }

  /** These rows are looked at now. */
  want(first: number, last: number): void {
    this.#looked = [Math.max(first - MARGIN, 0), last + MARGIN];
    this.#soon(REST_MS);
  }

  /** Asks for the rows around that one. Throws a Problem. */
  async load(index: number, signal: AbortSignal): Promise<void> {
    const from = chunkOf(index) * CHUNK;
    const before = Math.min(BEFORE, from);
    const { total, lines } = await this.#ask(from - before, CHUNK + before, signal);
    if (this.#left || signal.aborted) return;
    const levelOf = levelReader();
    for (const [at, line] of lines.entries()) {
      const level = levelOf(line);
      if (at >= before) this.put(from + at - before, { ...line, level });
    }
    this.grow(total);
  }

  put(index: number, row: Row): void {
    let chunk = this.#chunks.get(chunkOf(index));
    if (chunk === undefined) {
      chunk = new Array<Row | undefined>(CHUNK);
      this.#chunks.set(chunkOf(index), chunk);
      this.#soon(REST_MS);
    }
    chunk[index % CHUNK] = row;
    this.grow(index + 1);
  }

  /** There are at least so many. */
  grow(total: number): void {
    this.total = Math.max(this.total ?? 0, total);
    this.changed();
  }

  fail(problem: Problem): void {
    this.problem = problem;
    this.changed();
  }

  /** Nothing more is asked for, and nobody is told anything. */
  leave(): void {
    this.#left = true;
    for (const asked of this.#asking.values()) asked.abort();
    for (const timer of [this.#checking, this.#telling]) if (timer !== null) clearTimeout(timer);
  }

  changed(): void {
    if (this.#left) return;
    const tell = (): void => {
      this.#telling = null;
      this.#version += 1;
      for (const watcher of this.#watchers) watcher();
    };
    this.#telling ??= setTimeout(tell, this.#version === 0 ? 0 : TELL_MS);
  }

  #soon(milliseconds: number): void {
    if (this.#left) return;
    this.#checking ??= setTimeout(() => {
      this.#checking = null;
      this.#check();
    }, milliseconds);
  }

  #check(): void {
    if (this.#looked === null) return;
    const [first, last] = this.#looked;
    const end = this.total === null ? last : Math.min(last, this.total - 1);
    const wanted = new Set<number>();
    for (let index = first; index <= end; index++) if (this.row(index) === undefined) wanted.add(chunkOf(index));
    for (const [chunk, asked] of this.#asking) if (!wanted.has(chunk)) asked.abort();
    for (const chunk of wanted) if (!this.#asking.has(chunk)) void this.#fetch(chunk);
    this.#forget(chunkOf(first), chunkOf(Math.max(end, 0)));
  }

  async #fetch(chunk: number): Promise<void> {
    const leaving = new AbortController();
    this.#asking.set(chunk, leaving);
    try {
      await this.load(chunk * CHUNK, leaving.signal);
    } catch (error) {
      if (!leaving.signal.aborted) this.#failed(asProblem(error));
    } finally {
      this.#asking.delete(chunk);
      // Looked at again after it was given up.
      if (leaving.signal.aborted) this.#soon(REST_MS);
    }
  }

  /** What the server will not answer, it will not answer later either. */
  #failed(problem: Problem): void {
    if (problem.status < 400 || problem.status >= 500) this.#soon(AGAIN_MS);
    else this.fail(problem);
  }

  #forget(first: number, last: number): void {
    const away = (chunk: number): number => Math.max(first - chunk, chunk - last, 0);
    const far = [...this.#chunks.keys()].sort((one, other) => away(other) - away(one));
    for (const chunk of far.slice(0, Math.max(far.length - MOST_CHUNKS, 0)))
      if (away(chunk) > 0) this.#chunks.delete(chunk);
  }
}
