import type { DatabaseServer, WarmPool } from '../../../ports/database-server.ts';
import type { Filestores } from '../../../ports/filestores.ts';
import type { ImageBuilder } from '../../../ports/image-builder.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import type { Workload } from '../../../ports/workload.ts';
import { openMemoryBuilder } from './builder.ts';
import { openMemoryDatabases } from './databases.ts';
import { openMemoryFilestores } from './filestores.ts';
import { openMemoryWorkload } from './workload.ts';
import type { MemoryWorld } from './world.ts';

export interface MemoryDrivers {
  readonly workload: Workload & Inventory;
  readonly databases: DatabaseServer & WarmPool & Inventory;
  readonly pool: WarmPool;
  readonly builder: ImageBuilder;
  readonly filestores: Filestores & Inventory;
  readonly inventories: readonly Inventory[];
}

/** Drivers over one world; open them again on the same world for a control plane that was restarted, or for a second one. */
export const openMemory = (world: MemoryWorld): MemoryDrivers => {
  const workload = openMemoryWorkload(world);
  const databases = openMemoryDatabases(world);
  const filestores = openMemoryFilestores(world);
  const builder = openMemoryBuilder(world);
  return { workload, databases, pool: databases, builder, filestores, inventories: [workload, databases, filestores] };
};
