import type { Upstream } from '../domain/environment.ts';
import type { Slot } from '../domain/names.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Secret } from '../domain/secret.ts';

/** What a plan may ask of a target; plan/capabilities.ts refuses one that asks for more. */
export interface TargetCapabilities {
  readonly runsOdoo: boolean;
  /** Two slots of an environment at once. */
  readonly blueGreen: boolean;
  /** Stopped slots are kept and can be started again. */
  readonly sleep: boolean;
}

/**
 * How a container reaches its database. With `socketFolder` (a host folder) it needs no network at all; else `host` and `port` are what
 * odoo.conf says, and behind the walls they lead to the gateway, which leads to the server.
 */
export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  readonly socketFolder: string | null;
}

/** Which container: `environment` is the id `project/name`; `cron` runs scheduled actions and answers nobody. */
export interface SlotName {
  readonly environment: string;
  readonly slot: Slot | 'cron';
}

export interface Limits {
  readonly memoryBytes: number;
  readonly cpus: number;
}

/** A host folder to mount. */
export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly readOnly: boolean;
}

/** One Odoo process to run. `command` are Odoo's own arguments; the driver adds nothing to them. */
export interface OdooProcess {
  readonly image: string;
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Handed over as a file that only the container's user can read, or as variables; never on a command line or in a label. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** Content of odoo.conf; holds the database password, so it is a secret. */
  readonly config: Secret;
  readonly mounts: readonly Mount[];
  readonly limits: Limits;
  readonly labels: Readonly<Record<string, string>>;
  /** What it may reach outside: hosts of an allow list (left out: none), or `anything`, which is for production only. */
  readonly outside?: 'anything' | readonly string[];
}

export interface SlotSpec extends SlotName, OdooProcess {
  readonly httpPort: number;
  readonly websocketPort: number;
}

export type SlotState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'stopped'; readonly exitCode: number; readonly outOfMemory: boolean; readonly image: string }
  | { readonly kind: 'running'; readonly upstream: Upstream; readonly image: string };

/** A one-off process (install, update, tests): runs to its end; `name` makes it findable after a crash. */
export interface JobSpec extends OdooProcess {
  readonly environment: string;
  readonly name: string;
  readonly timeoutSeconds: number;
  /** Text for its standard input; null: none. */
  readonly input: string | null;
  /** Whether it stands behind the environment's door (mail catcher, proxy) also where its database needs no network. Left out: it does not. */
  readonly connected?: boolean;
}

export interface JobResult {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly tail: number;
  /** ISO: only what was written then or later; `start`: since the container was started last, which may have lived before. Left out: all. */
  readonly since?: string;
  readonly signal: AbortSignal;
}

/**
 * Where Odoo runs. Every mutating call may be made twice and then changes nothing more.
 * Failures: docker-unreachable (retry), base-image-missing, disk-full, step-timeout.
 */
export interface Workload {
  readonly kind: string;
  readonly can: TargetCapabilities;
  /**
   * Says that a slot of this environment will be booted soon: what takes long is begun, and not waited for. It may fail in silence, or be
   * left out: `boot` makes what is not there. What it leaves goes with `remove`, like a slot's.
   */
  expect(place: Pick<SlotSpec, 'environment' | 'outside'>): void;
  /** Starts the slot; a container of the same name with another spec is replaced. Returns when the process was started, not when it is ready. */
  boot(spec: SlotSpec): Promise<Receipt>;
  /** Stops (kept, for sleep and for the way back). `graceSeconds` for its process to end by itself. */
  stop(name: SlotName, graceSeconds: number): Promise<Receipt>;
  /** Starts a stopped slot again. */
  start(name: SlotName): Promise<Receipt>;
  /** Removes container and its private files; the environment's network goes with its last slot. */
  remove(name: SlotName): Promise<Receipt>;
  state(name: SlotName): Promise<SlotState>;
  /** Removes a left-over job of the same name first. Lines go to `onLine` as they come. Aborting kills and removes the container. */
  runJob(job: JobSpec, onLine: (line: string) => void, signal: AbortSignal): Promise<JobResult>;
  /** Of a slot that is stopped, too, and of one that was started again all that its container wrote. */
  logs(name: SlotName, options: LogOptions): AsyncIterable<string>;
}
