import type { Command as Commander } from 'commander';
import { ApiClient } from './api/client.ts';
import type { Io } from './io.ts';
import { dataFolder } from './local/data-folder.ts';
import { findProject } from './local/find-project.ts';
import { findServer } from './local/find-server.ts';
import { LiveRegion } from './output/live-region.ts';
import { inertJson } from './output/printable.ts';
import { openScreen, type Screen } from './output/screen.ts';

/** The options that every command takes. */
export interface Globals {
  readonly json: boolean;
  readonly debug: boolean;
  readonly color: boolean;
  readonly server?: string;
  readonly token?: string;
  readonly project?: string;
  readonly data?: string;
}

/** One invocation: what a command's `run` gets. */
export class Session {
  readonly io: Io;
  readonly globals: Globals;
  /** What was written to standard output may use. */
  readonly screen: Screen;
  readonly dataFolder: string;
  /** All commands, for those that tell about them. */
  readonly tree: Commander;
  #api: ApiClient | undefined;

  constructor(io: Io, globals: Globals, tree: Commander) {
    this.io = io;
    this.tree = tree;
    this.globals = globals;
    this.screen = openScreen(io, io.stdout, globals.color);
    this.dataFolder = dataFolder(io, globals.data);
  }

  async api(): Promise<ApiClient> {
    const { data, server, token } = this.globals;
    this.#api ??= new ApiClient(await findServer(this.io, { data, server, token }), this.io.signal);
    return this.#api;
  }

  project(): Promise<string> {
    return findProject(this.io.cwd, this.globals.project);
  }

  /** One line of result. Waits when the reader is slow, so that a followed log does not fill the memory. */
  async print(text: string): Promise<void> {
    if (this.io.stdout.write(`${text}\n`) || this.io.stdout.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.io.stdout.off('drain', done).off('close', done).off('error', done);
        resolve();
      };
      this.io.stdout.once('drain', done).once('close', done).once('error', done);
    });
  }

  printJson(value: unknown, indent?: number): Promise<void> {
    return this.print(inertJson(value, indent));
  }

  /** A remark beside the result: standard error, and none with --json. */
  note(text: string): void {
    if (!this.globals.json) this.io.stderr.write(`${text}\n`);
  }

  /** Colours and marks for standard error. */
  get noteScreen(): Screen {
    return openScreen(this.io, this.io.stderr, this.globals.color);
  }

  progress(): LiveRegion {
    return new LiveRegion(this.io.stderr, this.globals.json);
  }
}
