/** The only file that touches the process: streams, variables, signals, exit code. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES } from './exit-codes.ts';
import type { Io } from './io.ts';
import { runCli } from './run-cli.ts';

const interruption = new AbortController();

// The first signal asks the command to end; a second Ctrl-C does not wait for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted && signal === 'SIGINT') process.exit(EXIT_CODES.interrupted.code);
    interruption.abort(signal);
  });
}

// `slipway run logs … | head`: the reader has seen enough, which is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.ok.code);
    throw error;
  });
}

const io: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  variables: process.env,
  cwd: process.cwd(),
  now: () => new Date(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal } : {}),
  signal: interruption.signal,
  serverEntry: fileURLToPath(new URL('../../server/src/main.ts', import.meta.url)),
};

process.exitCode = await runCli(process.argv.slice(2), io);
