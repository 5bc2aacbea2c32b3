import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { splitLines } from './split-lines.ts';

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to what is inherited: the names in INHERITED only, so that no secret of ours leaks into a program. */
  readonly env?: Record<string, string>;
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly timeoutSeconds?: number;
  /** Each line of stdout and stderr as it comes, without its line end. */
  readonly onLine?: (line: string) => void;
  /** At most so many characters of each stream are kept (the last ones); default 4 MiB. `onLine` sees everything. */
  readonly maxBytes?: number;
  /** From 0 to 19, the least that there is; default 5: below everything that people wait for. */
  readonly niceness?: number;
}

export interface CommandResult {
  /** 128 + signal number when the program was ended by a signal that was not ours. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why a command has no exit code. `reason` tells the caller which failure of the error table to make of it. */
export class CommandError extends Error {
  readonly reason: 'cannot-start' | 'aborted' | 'timed-out';
  constructor(reason: CommandError['reason'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CommandError';
    this.reason = reason;
  }
}

const NICENESS = 5;
const DEFAULT_MAX = 4 * 1024 * 1024;
const KILL_AFTER_MS = 2_000;
/** A grandchild that keeps the pipe open must not keep us: after the program's end we read for so long, then leave. */
const DRAIN_MS = 1_000;
/** What a program needs to be found, to find its home, and to get out through a proxy or an SSH agent. */
const INHERITED = [
  'PATH',
  'HOME',
  'LANG',
  'TMPDIR',
  'NODE_COMPILE_CACHE',
  'SSH_AUTH_SOCK',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
];
const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/**
 * Runs a program with an argument array, never through a shell. An exit code other than 0 is a result, not an error.
 * Rejects with CommandError only when the program cannot be started, was aborted, or ran out of time; its whole
 * process group is ended then (SIGTERM, after 2 s SIGKILL).
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  if (options.signal?.aborted) throw new CommandError('aborted', `${file} was aborted before it started`);
  const child = spawn(file, [...args], {
    cwd: options.cwd,
    env: { ...inheritedEnvironment(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that git's or mmdebstrap's children end with it.
    detached: true,
  });
  yieldProcessor(child, options.niceness ?? NICENESS);
  // A program that does not read its input closes the pipe: that is its right.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const max = options.maxBytes ?? DEFAULT_MAX;
  const stdout = collect(child.stdout, max, options.onLine);
  const stderr = collect(child.stderr, max, options.onLine);
  const exitCode = await waitForEnd(child, file, options);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

/** People wait for this process, nobody for its programs. One that is over already needs nothing; one that is lower may not be raised. */
function yieldProcessor({ pid }: ChildProcess, niceness: number): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch (error) {
    if (!['ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  try {
    // Its session is its own, and where the kernel gives each one share, niceness counts within it only (autogroup, sched(7)).
    if (pid !== undefined) writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // It is over already, or this kernel has no such shares.
  }
}

function waitForEnd(child: ChildProcess, file: string, options: CommandOptions): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let stopped: CommandError | null = null;
  const timers: NodeJS.Timeout[] = [];
  const stop = (error: CommandError): void => {
    if (stopped) return;
    stopped = error;
    killGroup(child, 'SIGTERM');
    timers.push(setTimeout(() => killGroup(child, 'SIGKILL'), KILL_AFTER_MS));
  };
  const onAbort = (): void => stop(new CommandError('aborted', `${file} was aborted`));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.timeoutSeconds !== undefined) {
    const message = `${file} took longer than ${options.timeoutSeconds} s`;
    timers.push(setTimeout(() => stop(new CommandError('timed-out', message)), options.timeoutSeconds * 1000));
  }
  const settle = (error: Error | null, code: number): void => {
    timers.forEach(clearTimeout);
    options.signal?.removeEventListener('abort', onAbort);
    if (error) reject(error);
    else resolve(code);
  };
  child.once('error', (error) =>
    settle(new CommandError('cannot-start', `${file} cannot be started: ${error.message}`, error), -1),
  );
  child.once('exit', () => {
    timers.push(
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, DRAIN_MS),
    );
  });
  child.once('close', (code, signal) => settle(stopped, code ?? 128 + (SIGNALS[signal ?? ''] ?? 0)));
  return promise;
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** Keeps the last `max` characters of a stream and hands out its lines. */
function collect(stream: NodeJS.ReadableStream, max: number, onLine?: (line: string) => void): () => string {
  const decoder = new StringDecoder('utf8');
  const lines = onLine ? splitLines(onLine) : null;
  let kept = '';
  stream.on('data', (chunk: Buffer) => {
    lines?.write(chunk);
    kept += decoder.write(chunk);
    // Trimmed at twice the size: trimming on each chunk would copy the text each time.
    if (kept.length > 2 * max) kept = kept.slice(-max);
  });
  stream.on('close', () => lines?.end());
  stream.on('error', () => undefined);
  return () => (kept + decoder.end()).slice(-max);
}

/** Passing on, not configuration: the one place besides config.ts that looks at the environment. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(INHERITED.filter((name) => name in process.env).map((name) => [name, process.env[name]]));
}
