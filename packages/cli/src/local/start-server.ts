import type { ChildProcess } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { ApiClient } from '../api/client.ts';
import type { ServerRefusal } from '../api/server-refusal.ts';
import { Interrupted } from '../interrupted.ts';
import type { LiveRegion } from '../output/live-region.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { localServer } from './find-server.ts';
import { isAlive, readPid, removeStalePid } from './pid-file.ts';
import {
  type Ended,
  progressText,
  readEvent,
  refusalOf,
  startFailed,
  startServerProcess,
  untilEnded,
} from './server-process.ts';
import { tailFile } from './tail-file.ts';

const POLL_MILLISECONDS = 150;
const HEALTH_MILLISECONDS = 2000;

/** The local server's API, if it answers now. */
export const answeringServer = async (session: Session): Promise<ApiClient | null> => {
  // A file that is being written, or was left broken, is no server that answers.
  const server = await localServer(session.dataFolder).catch(() => null);
  if (server === null) return null;
  const signal = AbortSignal.any([session.io.signal, AbortSignal.timeout(HEALTH_MILLISECONDS)]);
  const healthy = await new ApiClient(server, signal).call('health', { parameters: {} }).then(
    () => true,
    () => false,
  );
  return healthy ? new ApiClient({ ...server, token: session.globals.token ?? server.token }, session.io.signal) : null;
};

/** A server that was started and answers. */
export interface Started {
  readonly api: ApiClient;
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  /** Settings, as variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Milliseconds until it has to answer. */
  readonly timeout: number;
}

/** Starts the server on the data folder and returns once it answers. Failures: server-start-failed, wait-timeout, its own. */
export const startServer = async (session: Session, { variables, timeout }: StartOptions): Promise<Started> => {
  const { io, dataFolder } = session;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  // Left by a server that was killed: its address may be another program's by now.
  await rm(join(dataFolder, 'server.json'), { force: true });
  const file = join(dataFolder, 'up.log');
  // A file rather than a pipe: the server must not notice when whoever started it goes away.
  const log = await open(file, 'a', 0o600);
  const from = (await log.stat()).size;
  const child = startServerProcess(
    io,
    { command: 'up', variables: { ...variables, SLIPWAY_DATA: dataFolder } },
    log.fd,
  );
  const ended = untilEnded(child);
  await log.close();
  if (child.pid === undefined) throw startFailed([], await ended, file);
  const watch = new StartWatch(file, from, session.progress());
  try {
    return { api: await untilAnswering(session, { child, watch, timeout }), pid: child.pid, child, ended };
  } catch (error) {
    if (isAlive(child.pid)) child.kill('SIGTERM');
    const end = await ended;
    await removeStalePid(io, dataFolder);
    await watch.read();
    if (error === CHILD_ENDED) throw watch.refusal ?? startFailed(watch.lines, end, file);
    throw error;
  }
};

/** The server that somebody else is starting on the data folder: once it answers; null when there is none, or it ended. Failure: wait-timeout. */
export const otherServer = async (session: Session, timeout: number): Promise<ApiClient | null> => {
  const { io, dataFolder } = session;
  const until = io.now().getTime() + timeout;
  const region = session.progress();
  for (;;) {
    const pid = await readPid(io, dataFolder);
    const api = pid === null ? null : await answeringServer(session);
    if (pid === null || api !== null) {
      region.clear();
      return api;
    }
    region.show(['  It is being started already; waiting until it answers'], 'It is being started already; waiting.');
    if (io.signal.aborted) throw new Interrupted();
    if (io.now().getTime() > until)
      throw new Failure('wait-timeout', { what: 'Starting the server', seconds: Math.round(timeout / 1000) });
    await io.sleep(POLL_MILLISECONDS);
  }
};

/** Thrown inside only: the real reason is read from the log afterwards. */
const CHILD_ENDED = Symbol('ended');

interface Watching {
  readonly child: ChildProcess;
  readonly watch: StartWatch;
  readonly timeout: number;
}

const untilAnswering = async (session: Session, { child, watch, timeout }: Watching): Promise<ApiClient> => {
  const { io } = session;
  const until = io.now().getTime() + timeout;
  for (;;) {
    await watch.read();
    if (child.exitCode !== null || child.signalCode !== null) throw CHILD_ENDED;
    // Not the one of somebody who was quicker.
    const ours = (await readPid(io, session.dataFolder)) === child.pid;
    const api = ours ? await answeringServer(session) : null;
    if (api !== null) {
      watch.region.clear();
      return api;
    }
    if (io.signal.aborted) throw new Interrupted();
    if (io.now().getTime() > until)
      throw new Failure('wait-timeout', { what: 'Starting the server', seconds: Math.round(timeout / 1000) });
    await io.sleep(POLL_MILLISECONDS);
  }
};

/** Shows the progress that a starting server writes into its log, and keeps the rest for the case that it fails. */
class StartWatch {
  readonly region: LiveRegion;
  readonly lines: string[] = [];
  refusal: ServerRefusal | null = null;
  readonly #next: () => Promise<readonly string[]>;

  constructor(file: string, from: number, region: LiveRegion) {
    this.region = region;
    this.#next = tailFile(file, from);
  }

  async read(): Promise<void> {
    for (const line of await this.#next()) {
      const event = readEvent(line);
      if (event === null) this.lines.push(line);
      else this.#take(progressText(event), refusalOf(event));
    }
  }

  #take(progress: string | null, refusal: ServerRefusal | null): void {
    this.refusal ??= refusal;
    if (progress !== null) this.region.show([`  ${printable(progress)}`], printable(progress));
  }
}
