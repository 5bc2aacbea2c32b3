import { createServer } from 'node:net';
import { type Check, type Finding, fail, ok, type Place } from './finding.ts';

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });

interface Listener {
  readonly name: string;
  readonly what: string;
  readonly variable: string;
  readonly fallback: string;
  readonly option: string;
  /** Where ours listens now; null: it does not. */
  readonly ours: (place: Place) => number | null;
}

const portCheck = ({ name, what, variable, fallback, option, ours }: Listener): Check => ({
  name,
  look: async (place): Promise<Finding> => {
    const listen = place.variables[variable] || fallback;
    const at = listen.lastIndexOf(':');
    const [host, port] = [listen.slice(0, at), Number(listen.slice(at + 1))];
    if (at < 1 || !Number.isInteger(port) || port < 0 || port > 65_535)
      return fail(name, `${variable} is "${listen}", which is not host:port.`, `Correct it, such as ${fallback}.`);
    const own = ours(place);
    if (own === port) return ok(name, `${what} of this Slipway has port ${port}.`);
    if (await isFree(host, port)) return ok(name, `Port ${port} is free.`);
    // Started with an option, which nobody remembers here.
    if (own !== null) return ok(name, `${what} of this Slipway has port ${own}; port ${port} is another program's.`);
    return fail(
      name,
      `Port ${port} of ${host} is taken, or may not be used.`,
      `Stop the program that has it, or choose another: \`slipway up ${option} <port>\`.`,
    );
  },
});

export const apiPortCheck = portCheck({
  name: 'api-port',
  what: 'The API',
  variable: 'SLIPWAY_API_LISTEN',
  fallback: '127.0.0.1:8787',
  option: '--port',
  ours: ({ apiPort }) => apiPort,
});

export const edgePortCheck = portCheck({
  name: 'edge-port',
  what: 'The edge',
  variable: 'SLIPWAY_EDGE_LISTEN',
  fallback: '127.0.0.1:8080',
  option: '--edge-port',
  ours: ({ edgePort }) => edgePort,
});
