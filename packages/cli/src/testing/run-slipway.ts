/** Runs the CLI in this process, on streams of its own. */
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Io } from '../io.ts';
import { runCli } from '../run-cli.ts';
import { type ContractServer, TOKEN } from './contract-server.ts';

export interface Situation {
  readonly server?: ContractServer;
  readonly cwd?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** What is typed at a terminal when it is asked something. */
  readonly answer?: string;
  /** Whether standard output and error are terminals. */
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  readonly serverEntry?: string;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const FAKE_SERVER = fileURLToPath(new URL('./fake-server.ts', import.meta.url));

/** A minute after the times in samples.ts. */
export const NOW = new Date('2026-03-01T10:01:00.000Z');

const collect = (terminal: boolean) => {
  const stream = Object.assign(new PassThrough(), { isTTY: terminal, columns: 100 });
  let text = '';
  stream.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return { stream, text: () => text };
};

export const makeIo = (situation: Situation) => {
  const [stdout, stderr] = [collect(situation.terminal ?? false), collect(situation.terminal ?? false)];
  const stdin = Object.assign(new PassThrough(), { isTTY: situation.answer !== undefined });
  stdin.end(situation.answer === undefined ? (situation.stdin ?? '') : `${situation.answer}\n`);
  const io: Io = {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    variables: { LANG: 'C.UTF-8', SLIPWAY_DATA: '/nonexistent/slipway', ...situation.variables },
    cwd: situation.cwd ?? '/',
    now: situation.now ?? (() => NOW),
    sleep: (milliseconds, signal) => sleep(Math.min(milliseconds, 20), undefined, signal ? { signal } : {}),
    signal: situation.signal ?? new AbortController().signal,
    serverEntry: situation.serverEntry ?? FAKE_SERVER,
  };
  return { io, stdout: stdout.text, stderr: stderr.text };
};

export const runSlipway = async (argv: readonly string[], situation: Situation = {}): Promise<Outcome> => {
  const { io, stdout, stderr } = makeIo(situation);
  const server = situation.server ? ['--server', situation.server.url, '--token', TOKEN] : [];
  const code = await runCli([...argv, ...server], io);
  await sleep(0);
  return { code, stdout: stdout(), stderr: stderr() };
};
