import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { DoorContext, Service } from './door.ts';
import { LIMITS } from './limits.ts';

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
}

/** The one way to a PostgreSQL outside: bytes go through as they are, so that TLS and passwords stay between Odoo and the server. */
export const serveDatabase = async (door: DoorContext, port: number, to: DatabaseAddress): Promise<Service> => {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true, keepAlive: true, pauseOnConnect: true }, (client) => {
    client.on('error', () => client.destroy());
    if (!door.isOurs(client.remoteAddress)) return void client.destroy();
    const upstream = connect({ host: to.host, port: to.port, noDelay: true, keepAlive: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
    upstream.on('error', () => client.destroy());
    upstream.once('close', () => client.destroySoon());
    client.once('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  server.maxConnections = LIMITS.databaseClients;
  server.listen({ host: door.address, port, exclusive: true });
  await once(server, 'listening');
  server.on('error', () => undefined);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
