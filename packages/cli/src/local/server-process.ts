/** The one file that starts processes. `up`, `purge`, `image-build` are arguments of the server's main.ts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Failure } from '@slipway/contracts/failure';
import { type ProcessEvent, processEvent, SERVER_NODE_FLAGS, SERVER_VARIABLES } from '@slipway/contracts/local-server';
import { ServerRefusal } from '../api/server-refusal.ts';
import { Interrupted } from '../interrupted.ts';
import type { Io } from '../io.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What main.ts is told: its command, and settings, which it takes from variables. */
export interface ServerStart {
  readonly command: 'up' | 'purge' | 'image-build';
  readonly variables: Readonly<Record<string, string>>;
}

/** Resolves when the process has ended, also if it never started. */
export const untilEnded = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });

/** `log` takes over both outputs (a file descriptor), so that the server outlives us; else they are pipes. */
export const startServerProcess = (io: Io, start: ServerStart, log?: number): ChildProcess =>
  spawn(process.execPath, [...SERVER_NODE_FLAGS, io.serverEntry, start.command], {
    cwd: io.cwd,
    env: { ...SERVER_VARIABLES, ...io.variables, ...start.variables },
    // A process group of its own: Ctrl-C in the terminal reaches only us, and we ask it to stop, once.
    detached: true,
    stdio: log === undefined ? ['ignore', 'pipe', 'pipe'] : ['ignore', log, log],
  });

/** A line of its output as an event; null for log. */
export const readEvent = (line: string): ProcessEvent | null => {
  if (!line.startsWith('{')) return null;
  try {
    return processEvent.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
};

const HTTP_STATUS_UNKNOWN = 500;
/** What a process said it failed with, as an error that keeps its words. */
export const refusalOf = (event: ProcessEvent | null): ServerRefusal | null =>
  event !== null && 'error' in event
    ? new ServerRefusal(HTTP_STATUS_UNKNOWN, { code: event.code, message: event.error, hint: event.hint, facts: {} })
    : null;

export const eachLine = (stream: Readable, take: (line: string) => void): void => {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', take);
};

const MOST_LAST_LINES = 5;
/** `3 of 7  pulling the image`: an event in words. */
export const progressText = (event: ProcessEvent): string | null => {
  if (!('progress' in event)) return null;
  const { progress, done, total } = event;
  if (done === undefined || total === undefined) return progress;
  return `${progress} (${done} of ${total})`;
};

/** Runs main.ts to its end; each event is handed to `take`. SIGINT is passed on. Failures: its own; server-start-failed. */
export const runServerJob = async (io: Io, start: ServerStart, take: (event: ProcessEvent) => void): Promise<void> => {
  const child = startServerProcess(io, start);
  const last: string[] = [];
  let refusal: ServerRefusal | null = null;
  const onLine = (line: string): void => {
    const event = readEvent(line);
    refusal ??= refusalOf(event);
    if (event === null) last.push(line);
    else take(event);
    if (last.length > MOST_LAST_LINES) last.shift();
  };
  if (child.stdout) eachLine(child.stdout, onLine);
  if (child.stderr) eachLine(child.stderr, onLine);
  const stop = (): void => void child.kill('SIGTERM');
  io.signal.addEventListener('abort', stop, { once: true });
  const ended = await untilClosed(child);
  io.signal.removeEventListener('abort', stop);
  if (ended.code === 0) return;
  if (io.signal.aborted) throw new Interrupted();
  throw refusal ?? startFailed(last, ended, 'the lines above');
};

/** Why a process that said nothing of it ended: its last lines, or its exit code. */
export const startFailed = (lines: readonly string[], { code, signal }: Ended, log: string): Failure => {
  const last = lines.slice(-MOST_LAST_LINES).join('\n');
  return new Failure('server-start-failed', { reason: last || `it ended with ${signal ?? `code ${code}`}`, log });
};

/** `close` comes after the last line was read; `exit` may come before. */
const untilClosed = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
