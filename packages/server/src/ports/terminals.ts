import type { Duplex } from 'node:stream';
import type { Secret } from '../domain/secret.ts';
import type { SlotName } from './workload.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What runs: `odoo` takes arguments of Odoo's own command line; `program` is looked for in the image. */
export type TerminalCommand =
  | { readonly odoo: readonly string[] }
  | { readonly program: string; readonly arguments: readonly string[] };

export interface TerminalSpec {
  /** Of the shell: makes its container findable after a crash. */
  readonly id: string;
  /** The serving container, whose image, limits and network it has. */
  readonly beside: SlotName;
  readonly command: TerminalCommand;
  /** Null: none, plain bytes as in a pipe. */
  readonly size: TerminalSize | null;
  /**
   * `served`: odoo.conf, variables, secrets, files and network as the serving container has them. `files-read-only`: its files, which
   * cannot be written, and nothing else. `nothing`: none of all that. The latter two have a network only where the database needs one.
   */
  readonly gets: 'served' | 'files-read-only' | 'nothing';
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, Secret>>;
}

export interface Terminal {
  /** What it shows is read from it, what is typed is written to it; its end is the end of the input. Ends when the program has ended. */
  readonly bytes: Duplex;
  resize(size: TerminalSize): Promise<void>;
  /** Once `bytes` has ended; null: nobody knows, since it was removed. */
  exitCode(): Promise<number | null>;
}

/** One that was not removed: which, and whose. */
export interface LeftTerminal {
  readonly id: string;
  readonly environment: string;
}

/**
 * Programs for people, each in a container of its own beside the one that serves: what it eats is its own, and when it is removed nothing
 * of it runs on. Failures: docker-unreachable (retry), environment-not-running.
 */
export interface Terminals {
  open(spec: TerminalSpec): Promise<Terminal>;
  /** With everything that was started in it. One that is not there is success. */
  remove(left: LeftTerminal): Promise<void>;
  /** `createdAt`: ISO 8601. */
  left(): Promise<readonly (LeftTerminal & { readonly createdAt: string })[]>;
}
