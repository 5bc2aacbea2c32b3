import { once } from 'node:events';
import { createServer } from 'node:http';
import type { DoorContext, Service } from './door.ts';
import { forward } from './forward.ts';
import { LIMITS } from './limits.ts';
import { openTunnel } from './tunnel.ts';

/** HTTP_PROXY and HTTPS_PROXY of an environment: what its list allows, and a 403 with the reason for everything else. */
export const serveProxy = async (door: DoorContext, port: number): Promise<Service> => {
  const server = createServer({ maxHeaderSize: LIMITS.headerBytes }, (request, response) => {
    response.on('error', () => undefined);
    forward(request, response, door).catch(() => response.destroy());
  });
  server.maxConnections = LIMITS.proxyClients;
  server.on('connection', (socket) => {
    if (!door.isOurs(socket.remoteAddress)) socket.destroy();
  });
  const tunnels = new Set<{ destroy(): unknown }>();
  server.on('connect', (request, client, head) => {
    tunnels.add(client);
    client.once('close', () => tunnels.delete(client));
    openTunnel(request, client, head, door).catch(() => client.destroy());
  });
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen({ host: door.address, port, exclusive: true });
  await once(server, 'listening');
  server.on('error', () => undefined);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: async () => {
      for (const tunnel of tunnels) tunnel.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
