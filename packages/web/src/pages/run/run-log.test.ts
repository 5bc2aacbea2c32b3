import type { LogWindowView } from '@slipway/contracts/log-window-views';
import type { LogLine } from '@slipway/contracts/views';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from '../../api/problem.ts';
import { keepUp } from './keep-up.ts';
import { levelReader } from './log-levels.ts';
import { type Ask, CHUNK, LogRows } from './log-rows.ts';
import { type Follow, RunLog } from './run-log.ts';

const at = '2026-11-22T01:00:00Z';
const odoo = (text: string): LogLine => ({ at, stream: 'odoo', text });
const said = (level: string): LogLine => odoo(`2026-11-22 01:00:00,123 7 ${level} odoo_pr_1 odoo.http: something`);
const away = new Problem({ status: 0, code: 'offline', title: 'away' });
const refused = new Problem({ status: 404, code: 'run-unknown', title: 'no such run' });

/** A server with a log that grows: windows of it, and a stream that is cut where a test says. */
class Server {
  lines: (LogLine & { readonly sequence: number })[] = [];
  ended = false;
  /** What was asked for: from, and how many. */
  readonly asked: [from: number, limit: number][] = [];
  readonly followed: number[] = [];
  fails: Problem | null = null;
  #listeners = new Set<() => void>();

  add(...lines: LogLine[]): void {
    // Other runs' lines take sequences, too.
    for (const line of lines) this.lines.push({ ...line, sequence: this.lines.length * 3 + 5 });
    for (const listener of this.#listeners) listener();
  }

  end(): void {
    this.ended = true;
    for (const listener of this.#listeners) listener();
  }

  readonly ask: Ask = async (from, limit): Promise<LogWindowView> => {
    this.asked.push([from, limit]);
    if (this.fails !== null) throw this.fails;
    const lines = this.lines.slice(from, from + limit);
    return {
      total: this.lines.length,
      lines: lines.map((line, index) => ({ ...line, number: from + index + 1, place: from + index + 1 })),
    };
  };

  /** `cut`: after so many lines the connection breaks. */
  follow(cut = Number.POSITIVE_INFINITY): Follow {
    return async (after, signal) => {
      this.followed.push(after);
      const most = this.followed.length === 1 ? cut : Number.POSITIVE_INFINITY;
      return new ReadableStream<Uint8Array>({ start: (stream) => this.#send(stream, after, most, signal) });
    };
  }

  #send(stream: ReadableStreamDefaultController<Uint8Array>, after: number, cut: number, signal: AbortSignal): void {
    let sent = this.lines.filter(({ sequence }) => sequence <= after).length;
    const stop = (error?: Error): void => {
      this.#listeners.delete(tell);
      if (error === undefined) stream.close();
      else stream.error(error);
    };
    const tell = (): void => {
      const end = Math.min(this.lines.length, cut);
      for (; sent < end; sent++) stream.enqueue(new TextEncoder().encode(`${JSON.stringify(this.lines[sent])}\n`));
      if (sent < this.lines.length) stop(new Error('cut'));
      else if (this.ended) stop();
    };
    this.#listeners.add(tell);
    signal.addEventListener('abort', () => stop(new Error('aborted')));
    tell();
  }
}

const many = (count: number, from = 1): LogLine[] =>
  Array.from({ length: count }, (_, index) => odoo(`line ${from + index}`));
const texts = (rows: LogRows, from: number, to: number): unknown[] =>
  Array.from({ length: to - from + 1 }, (_, index) => rows.row(from + index)?.text);
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (milliseconds = 3_000): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

test('a traceback has the level of the line that it belongs to, whatever comes in between', () => {
  const step: LogLine = { at, stream: 'step', text: 'clone-database: ERROR is a word here' };
  const lines = [odoo('before'), said('INFO'), said('ERROR'), odoo('Traceback:'), step, odoo('  x.py'), said('INFO')];
  expect(lines.map(levelReader())).toEqual(['info', 'info', 'error', 'error', 'info', 'error', 'info']);
});

describe('rows', () => {
  test('are asked for where they are looked at, and not along the way there', async () => {
    const server = new Server();
    server.add(...many(100_000));
    const rows = new LogRows(server.ask);
    await rows.load(0, never);
    for (let first = 0; first < 90_000; first += 1_000) rows.want(first, first + 40);
    await pass();

    expect(server.asked.length).toBeLessThan(4);
    expect(texts(rows, 89_000, 89_002)).toEqual(['line 89001', 'line 89002', 'line 89003']);
    expect(rows.row(40_000)).toBe(undefined);
    expect(rows.total).toBe(100_000);
  });

  test('that are far away are let go, and come again', async () => {
    const server = new Server();
    server.add(...many(100_000));
    const rows = new LogRows(server.ask);
    for (let first = 0; first < 50_000; first += CHUNK) {
      rows.want(first, first + 40);
      await pass(100);
    }
    expect(rows.row(10)).toBe(undefined);
    expect(rows.row(49_400)?.text).toBe('line 49401');

    rows.want(0, 40);
    await pass();
    expect(rows.row(10)?.text).toBe('line 11');
  });

  test('know their level from lines in front of them that nobody sees', async () => {
    const server = new Server();
    server.add(...many(CHUNK - 3), said('ERROR'), odoo('Traceback:'), odoo('  a.py'), odoo('  b.py'), said('INFO'));
    const rows = new LogRows(server.ask);
    await rows.load(CHUNK, never);

    expect([rows.row(CHUNK)?.level, rows.row(CHUNK + 1)?.level]).toEqual(['error', 'info']);
    expect(rows.row(CHUNK - 1)).toBe(undefined);
  });

  test('are asked for again when the server was away, and not when it said no', async () => {
    const server = new Server();
    server.add(...many(10));
    const rows = new LogRows(server.ask);
    server.fails = away;
    rows.want(0, 5);
    await pass();
    server.fails = null;
    await pass();
    expect(rows.row(3)?.text).toBe('line 4');

    const none = new LogRows(server.ask);
    server.fails = refused;
    none.want(0, 5);
    await pass();
    const asked = server.asked.length;
    await pass(60_000);
    expect([none.problem?.code, server.asked.length]).toEqual(['run-unknown', asked]);
  });
});

describe('the log of a run', () => {
  test.each([
    ['at its end', null],
    ['at a line', 49_999],
    ['at a line that is not there', 400_000],
  ])('is opened %s by windows, not by reading all of it', async (_, index) => {
    const server = new Server();
    server.add(...many(100_000));
    server.end();
    const log = new RunLog(server.ask, server.follow());
    await log.open(index, never);

    expect(server.asked).toHaveLength(2);
    expect(server.followed).toEqual([server.lines.at(-1)?.sequence]);
    expect([log.total, log.ended, log.row(99_999)?.text]).toEqual([100_000, true, 'line 100000']);
    if (index === 49_999) expect(log.row(index)?.number).toBe(50_000);
  });

  test('goes on with what comes, from an empty log on', async () => {
    const server = new Server();
    const log = new RunLog(server.ask, server.follow());
    void log.open(null, never);
    await pass();
    expect([log.total, log.ended]).toEqual([0, false]);

    server.add(said('ERROR'), odoo('Traceback:'));
    await pass();
    server.add(said('INFO'));
    server.end();
    await pass();
    expect([0, 1, 2].map((row) => log.row(row)?.level)).toEqual(['error', 'error', 'info']);
    expect([log.total, log.ended]).toEqual([3, true]);
  });

  test('has each line once, and none is missing, when connections break', async () => {
    const server = new Server();
    server.add(...many(700));
    const log = new RunLog(server.ask, server.follow(702));
    void log.open(null, never);
    await pass();
    server.add(...many(600, 701));
    await pass(500);
    expect(log.total).toBeLessThan(1300);
    await pass();
    log.reconnect();
    server.add(...many(5, 1301));
    await pass();
    server.end();
    await pass();

    expect(log.ended).toBe(true);
    expect(server.followed.length).toBeGreaterThanOrEqual(3);
    expect(log.total).toBe(1305);
    expect(texts(log, 600, 1304)).toEqual(server.lines.slice(600).map(({ text }) => text));
    expect(log.row(1304)?.number).toBe(1305);
  });

  test('says why it cannot be read', async () => {
    const server = new Server();
    server.fails = refused;
    const log = new RunLog(server.ask, server.follow());
    await log.open(null, never);
    expect([log.problem?.code, server.followed]).toEqual(['run-unknown', []]);
  });
});

test('what fits is counted again while the log grows, and no more than now and then', async () => {
  const server = new Server();
  const log = new RunLog(server.ask, server.follow());
  void log.open(null, never);
  const rows = new LogRows(async (from, limit) => {
    const fitting = server.lines.filter(({ text }) => text.endsWith('7'));
    const lines = fitting.slice(from, from + limit).map((line, index) => {
      const number = server.lines.indexOf(line) + 1;
      return { ...line, number, place: from + index + 1 };
    });
    counted += 1;
    return { total: fitting.length, lines };
  });
  let counted = 0;
  const end = keepUp(log, rows);
  await pass();
  for (let burst = 0; burst < 100; burst++) {
    server.add(...many(20, burst * 20 + 1));
    await pass(100);
  }
  server.end();
  await pass();

  expect(rows.total).toBe(200);
  expect([rows.row(0)?.number, rows.row(199)?.number]).toEqual([7, 1997]);
  expect(counted).toBeLessThan(12);
  end();
});
