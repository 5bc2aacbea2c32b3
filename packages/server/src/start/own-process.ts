import { spawn } from 'node:child_process';
import { openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const START_SECONDS = 15;

export interface OwnProcess {
  readonly script: URL;
  /** File that the script is handed. */
  readonly settings: string;
  readonly log: string;
  readonly pid: string;
  readonly answers: () => Promise<boolean>;
}

/** Starts a process that outlives this one, and waits until it answers. Null: it does; else what went wrong. */
export const startOwnProcess = async (own: OwnProcess): Promise<string | null> => {
  const log = openSync(own.log, 'a', 0o600);
  const arguments_ = [fileURLToPath(own.script), own.settings];
  const child = spawn(process.execPath, arguments_, { detached: true, stdio: ['ignore', log, log] });
  const ended = new Promise<string>((resolve) => child.once('exit', (code) => resolve(`it ended with ${code}`)));
  writeFileSync(own.pid, `${child.pid}\n`);
  child.unref();
  const until = Date.now() + START_SECONDS * 1000;
  while (!(await own.answers())) {
    const over = await Promise.race([ended, new Promise<null>((resolve) => setTimeout(() => resolve(null), 100))]);
    if (over !== null || Date.now() >= until) return over ?? 'no answer';
  }
  return null;
};

/** Ends it; what is in flight gets its answer. */
export const stopOwnProcess = async (pidFile: string): Promise<void> => {
  let pid: number;
  try {
    pid = Number(readFileSync(pidFile, 'utf8'));
    process.kill(pid, 'SIGTERM');
  } catch {
    rmSync(pidFile, { force: true });
    return;
  }
  for (let tries = 0; tries < 350 && isAlive(pid); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
  rmSync(pidFile, { force: true });
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
