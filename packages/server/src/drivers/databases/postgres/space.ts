import { statfs } from 'node:fs/promises';
import type { DatabaseServer } from '../../../ports/database-server.ts';
import type { DatabaseSpace } from '../../../ports/database-space.ts';

const SIZE = { text: 'select pg_database_size(current_database())::text as bytes', parameters: [] };

/** `folder`: on this machine, on the disk where the server keeps its data; null: nobody said, or it is elsewhere. */
export const openSpace = (server: Pick<DatabaseServer, 'exists' | 'query'>, folder: string | null): DatabaseSpace => ({
  bytes: async (database) => {
    if (!(await server.exists(database))) return null;
    const [row] = await server.query(database, [SIZE]);
    return row === undefined ? null : Number(row['bytes']);
  },
  free: async () => {
    const disk = folder === null ? null : await statfs(folder).catch(() => null);
    return disk === null ? null : disk.bavail * disk.bsize;
  },
});
