import type { z } from 'zod';
import type { LogSink } from '../domain/log.ts';
import type { Outcome, Step } from '../engine/interpret.ts';
import type { DatabaseAddresses } from '../ports/database-addresses.ts';
import type { DatabaseCopier } from '../ports/database-copy.ts';
import type { DatabaseServer, WarmPool } from '../ports/database-server.ts';
import type { DatabaseSpace } from '../ports/database-space.ts';
import type { Filestores } from '../ports/filestores.ts';
import type { HttpProbe } from '../ports/http-probe.ts';
import type { ImageBuilder } from '../ports/image-builder.ts';
import type { OpenRequests } from '../ports/open-requests.ts';
import type { RecoveryServers } from '../ports/recovery-servers.ts';
import type { ReleaseBranch } from '../ports/release-branch.ts';
import type { RepositoryChecks } from '../ports/repository-checks.ts';
import type { RouteTable } from '../ports/route-table.ts';
import type { SecretStore } from '../ports/secret-store.ts';
import type { Sightings } from '../ports/sightings.ts';
import type { SnapshotStores } from '../ports/snapshot-stores.ts';
import type { SnapshotTable } from '../ports/snapshot-table.ts';
import type { SourceRepository } from '../ports/source-repository.ts';
import type { SqlDatabases } from '../ports/sql-databases.ts';
import type { TemplateTable } from '../ports/template-table.ts';
import type { WalSource } from '../ports/wal-source.ts';
import type { Workload } from '../ports/workload.ts';

/** All that a step may touch. Chosen in main.ts. */
export interface StepPorts {
  readonly workload: Workload;
  readonly databases: DatabaseServer;
  readonly space: DatabaseSpace;
  readonly sql: SqlDatabases;
  readonly addresses: DatabaseAddresses;
  readonly copier: DatabaseCopier;
  readonly stores: SnapshotStores;
  readonly snapshots: SnapshotTable;
  readonly wal: WalSource;
  readonly recovery: RecoveryServers;
  readonly pool: WarmPool;
  readonly builder: ImageBuilder;
  readonly filestores: Filestores;
  readonly secrets: SecretStore;
  /** Null: nobody watches what leaves. */
  readonly sightings: Sightings | null;
  readonly routes: RouteTable;
  readonly openRequests: OpenRequests;
  readonly templates: TemplateTable;
  readonly probe: HttpProbe;
  readonly checks: RepositoryChecks;
  readonly repository: (project: string) => Promise<SourceRepository>;
  /** Where its releases are marked: at the source host where it has an API, else by pushing. */
  readonly releases: (project: string) => Promise<ReleaseBranch>;
}

export interface StepContext {
  readonly ports: StepPorts;
  readonly signal: AbortSignal;
  readonly log: LogSink;
  /** Keeps a file as evidence of this run. */
  readonly keep: (path: string, content: string) => Promise<void>;
  /** What an earlier step of this run, called by its name, answered; undefined: none of that name is done. */
  readonly receipt: (step: string) => Promise<unknown>;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface StepDefinition<I> {
  readonly kind: string;
  readonly input: z.ZodType<I>;
  /** Seconds after which the step is stopped with `step-timeout`. */
  readonly limit: (input: I) => number;
  readonly run: (input: I, context: StepContext) => Promise<Outcome>;
}

export interface StepKind<I> extends StepDefinition<I> {
  /** The step as data, typed: a wrong input does not compile. */
  as(name: string, input: I): Step;
}

/** One step kind = one file = one call of this. */
export const defineStep = <I>(definition: StepDefinition<I>): StepKind<I> => ({
  ...definition,
  as: (name, input) => ({ name, kind: definition.kind, input: definition.input.parse(input) }),
});

export const done = (note: string, receipt: unknown = {}): Outcome => ({ note, receipt });
export const skipped = (note: string): Outcome => ({ note, receipt: {}, skipped: true });
