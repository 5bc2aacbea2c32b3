import { connect, createServer, type Socket } from 'node:net';

/** How many bytes still pass: to the server, and back from it. May be changed at any time. */
export interface Allowed {
  up: number;
  down: number;
}

export const EVERYTHING: Readonly<Allowed> = { up: Number.POSITIVE_INFINITY, down: Number.POSITIVE_INFINITY };

export interface Wire {
  readonly endpoint: string;
  readonly close: () => void;
}

/** A network between us and a server: what goes beyond what is allowed cuts the connection, in the middle of whatever it was. */
export const openWire = async (endpoint: string, allowed: Allowed): Promise<Wire> => {
  const { port, hostname } = new URL(endpoint);
  const sockets = new Set<Socket>();
  const wire = createServer((near) => {
    const far = connect(Number(port), hostname);
    const cut = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const [from, to, way] of [
      [near, far, 'up'],
      [far, near, 'down'],
    ] as const) {
      sockets.add(from);
      from.on('error', cut).on('close', cut);
      from.on('data', (chunk: Buffer) => {
        allowed[way] -= chunk.length;
        if (allowed[way] >= 0) to.write(chunk);
        else cut();
      });
    }
  });
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    wire.close();
    for (const socket of sockets) socket.destroy();
  };
  return { endpoint: `http://127.0.0.1:${(wire.address() as { port: number }).port}`, close };
};
