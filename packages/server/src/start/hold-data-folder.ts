import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { Failure } from '@slipway/contracts/failure';

/**
 * One process at a time on a data folder: two would share its PostgreSQL, its edge and its files. Several control planes on one database have
 * a folder each. Held by a name in the kernel (an abstract socket), which goes with the process however that ends: no stale lock to remove.
 * Failure: data-folder-in-use.
 */
export const holdDataFolder = (folder: string): Promise<() => Promise<void>> => {
  // Not the path: it may be reached by several.
  const { dev, ino } = statSync(folder);
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Failure('data-folder-in-use', { folder }, error) : error),
    );
    server.listen(`\0slipway-data-${dev}-${ino}`, () => {
      server.unref();
      resolve(() => new Promise((done) => server.close(() => done())));
    });
  });
};
