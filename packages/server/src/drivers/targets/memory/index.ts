import type { DatabaseServer, WarmPool } from '../../../ports/database-server.ts';
import type { DatabaseSpace } from '../../../ports/database-space.ts';
import type { Filestores } from '../../../ports/filestores.ts';
import type { HttpProbe } from '../../../ports/http-probe.ts';
import type { ImageBuilder } from '../../../ports/image-builder.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import type { OpenRequests } from '../../../ports/open-requests.ts';
import type { ReadingRoles } from '../../../ports/reading-roles.ts';
import type { RepositoryChecks } from '../../../ports/repository-checks.ts';
import type { SqlDatabases } from '../../../ports/sql-databases.ts';
import type { Terminals } from '../../../ports/terminals.ts';
import type { Usage } from '../../../ports/usage.ts';
import type { Workload } from '../../../ports/workload.ts';
import { openMemoryBuilder } from './builder.ts';
import { openMemoryChecks } from './checks.ts';
import { openMemoryDatabases } from './databases.ts';
import { openMemoryFilestores } from './filestores.ts';
import { openMemorySpace } from './space.ts';
import { openMemorySql } from './sql.ts';
import { openMemoryReaders, openMemoryTerminals } from './terminals.ts';
import { openMemoryUsage } from './usage.ts';
import { memoryProbe, openMemoryWorkload } from './workload.ts';
import type { World } from './world.ts';

export interface MemoryDrivers {
  readonly workload: Workload & Inventory;
  readonly databases: DatabaseServer & WarmPool & Inventory;
  readonly space: DatabaseSpace;
  readonly sql: SqlDatabases;
  readonly builder: ImageBuilder;
  readonly filestores: Filestores & Inventory;
  readonly probe: HttpProbe;
  readonly openRequests: OpenRequests;
  readonly checks: RepositoryChecks;
  readonly terminals: Terminals;
  readonly readers: ReadingRoles;
  readonly usage: Usage;
}

/** Every port that reaches outside, over one world. */
export const openMemoryDrivers = (world: World): MemoryDrivers => ({
  workload: openMemoryWorkload(world),
  databases: openMemoryDatabases(world),
  space: openMemorySpace(world),
  sql: openMemorySql(world),
  builder: openMemoryBuilder(world),
  filestores: openMemoryFilestores(world),
  probe: memoryProbe(world),
  openRequests: { count: async ({ host }) => world.openRequests(host) },
  checks: openMemoryChecks(),
  terminals: openMemoryTerminals(world),
  readers: openMemoryReaders(world),
  usage: openMemoryUsage(world),
});
