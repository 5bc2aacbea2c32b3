import { rmSync } from 'node:fs';
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';

/** Stands between a client and a real server, so that a test can take the server away from one client without touching it. */
export interface Relay {
  /** Ends every connection and refuses new ones: to the client the server is gone. */
  cut(): Promise<void>;
  /** The server is there again, at the same address. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

export const openRelay = async (at: string | number, to: NetConnectOpts): Promise<Relay> => {
  const open = new Set<Socket>();
  let server: Server | null = null;
  const mend = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (typeof at === 'string') rmSync(at, { force: true });
      // The Engine says in its half of a connection what is left to say after ours has ended.
      server = createServer({ allowHalfOpen: true }, (client) => {
        const target = connect({ ...to, allowHalfOpen: true });
        for (const socket of [client, target]) {
          open.add(socket);
          socket.on('error', () => client.destroy()).on('close', () => open.delete(socket));
        }
        target.on('error', () => client.destroy());
        client.on('close', () => target.destroy());
        client.pipe(target).pipe(client);
      });
      server.once('error', reject);
      const ready = (): void => resolve();
      if (typeof at === 'string') server.listen(at, ready);
      else server.listen(at, '127.0.0.1', ready);
    });
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      if (server === null) return resolve();
      server.close(() => resolve());
      server = null;
      for (const socket of open) socket.destroy();
      if (typeof at === 'string') rmSync(at, { force: true });
    });
  await mend();
  return { cut, mend, close: cut };
};
