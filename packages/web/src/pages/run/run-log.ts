import type { LogLine } from '@slipway/contracts/views';
import { asProblem } from '../../api/problem.ts';
import { levelReader } from './log-levels.ts';
import { type Ask, BEFORE, CHUNK, LogRows } from './log-rows.ts';

/** Newline-delimited JSON of the lines behind that sequence, which ends when there is no more to come. */
export type Follow = (after: number, signal: AbortSignal) => Promise<ReadableStream<Uint8Array> | null>;

const AGAIN_MS = 2_000;

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Hands on each line of newline-delimited JSON as it comes; a line may arrive in pieces. */
export const readLines = async (body: ReadableStream<Uint8Array>, take: (line: LogLine) => void): Promise<void> => {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const pieces = (rest + value).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) if (piece !== '') take(JSON.parse(piece) as LogLine);
  }
};

/**
 * The log of a run: opened at a line or at its end through windows, then followed from its last line on. What is streamed is counted from
 * there, and continued behind the last sequence wherever the connection broke: no line is missed, and none comes twice.
 */
export class RunLog extends LogRows {
  /** No more will come. */
  ended = false;
  readonly #follow: Follow;
  /** The last line that is known to be the last, or was streamed. */
  #last = { index: -1, sequence: 0 };
  readonly #levelOf = levelReader();
  #connection: AbortController | null = null;

  constructor(ask: Ask, follow: Follow) {
    super(ask);
    this.#follow = follow;
  }

  /** `index`: of the line that is to be seen first; null: the last. Comes back when the run has ended, or nobody listens any more. */
  async open(index: number | null, signal: AbortSignal): Promise<void> {
    await this.#insist(signal, () => this.#begin(index, signal));
    await this.#insist(signal, async () => {
      const connection = new AbortController();
      this.#connection = connection;
      const body = await this.#follow(this.#last.sequence, AbortSignal.any([signal, connection.signal]));
      if (body !== null) await readLines(body, (line) => this.#take(line));
    });
    if (signal.aborted) return;
    this.ended = true;
    this.changed();
  }

  /** A connection that died while the machine slept says nothing: a new one goes on where it stopped. */
  reconnect(): void {
    this.#connection?.abort();
  }

  async #begin(index: number | null, signal: AbortSignal): Promise<void> {
    await this.load(index ?? 0, signal);
    const total = this.total ?? 0;
    if (total === 0) return;
    if (this.row(total - 1) === undefined) await this.load(total - 1, signal);
    // It may have grown meanwhile: what is behind the last row that is here will be streamed.
    let last = this.row(total - 1);
    for (let at = total; this.row(at) !== undefined && at < total + CHUNK; at++) last = this.row(at);
    if (last === undefined) return;
    this.#last = { index: last.number - 1, sequence: last.sequence };
    for (let at = Math.max(last.number - BEFORE, 0); at < last.number; at++) {
      const row = this.row(at);
      if (row !== undefined) this.#levelOf(row);
    }
  }

  #take(line: LogLine): void {
    const sequence = line.sequence ?? this.#last.sequence;
    if (sequence <= this.#last.sequence) return;
    const index = this.#last.index + 1;
    this.#last = { index, sequence };
    this.put(index, { ...line, number: index + 1, place: index + 1, sequence, level: this.#levelOf(line) });
  }

  /** Until it is done, somebody leaves, or the server says no. */
  async #insist(signal: AbortSignal, act: () => Promise<void>): Promise<void> {
    while (!signal.aborted && this.problem === null)
      try {
        return await act();
      } catch (error) {
        const problem = asProblem(error);
        if (signal.aborted) return;
        if (problem.status >= 400 && problem.status < 500) this.fail(problem);
        else await pause(AGAIN_MS, signal);
      }
  }
}
