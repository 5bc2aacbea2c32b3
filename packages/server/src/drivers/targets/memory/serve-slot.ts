import { createServer } from 'node:http';
import type { MemoryWorld } from './world.ts';

export interface Serving {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** A slot that really answers: 200 and its path, on a port of this machine's own choice. */
export const serveSlot = async (world: MemoryWorld): Promise<Serving> => {
  const server = createServer((request, response) => response.end(`memory ${request.url}\n`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      world.forgetOpen(close);
      server.close(() => resolve());
      server.closeAllConnections();
    });
  world.keepOpen(close);
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
};
