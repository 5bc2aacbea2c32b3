import type { DatabaseSpace } from '../../../ports/database-space.ts';
import type { World } from './world.ts';

/** Every database is as large as every other one. */
export const openMemorySpace = (world: World): DatabaseSpace => ({
  bytes: async (database) => (world.databases.has(database) ? world.room.databaseBytes : null),
  free: async () => world.room.freeBytes,
});
