import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { DoorKeeper } from './keeper.ts';

const door = z.strictObject({
  environment: z.string().min(1),
  address: z.ipv4(),
  subnet: z.cidrv4(),
  allow: z.array(z.string()),
});
const BODY_BYTES = 256 * 1024;

export interface ControlTools {
  readonly socket: string;
  readonly keeper: DoorKeeper;
  /** Null: the walls stand. */
  readonly wallsProblem: () => string | null;
  /** Of the settings; another one means that the gateway has to be started anew. */
  readonly settingsHash: string;
}

/** What the control plane asks the gateway, over a socket that only its own user may open: `GET /`, `PUT /doors`, `DELETE /doors?environment=`. */
export const serveControl = async (tools: ControlTools): Promise<{ close(): Promise<void> }> => {
  await rm(tools.socket, { force: true });
  const server = createServer((request, response) => {
    handle(request, tools).then(
      ([status, body]) => reply(response, status, body),
      (error: unknown) => reply(response, 409, { problem: error instanceof Error ? error.message : String(error) }),
    );
  });
  server.listen(tools.socket);
  await once(server, 'listening');
  await chmod(tools.socket, 0o600);
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

const reply = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
};

const handle = async (request: IncomingMessage, tools: ControlTools): Promise<readonly [number, unknown]> => {
  const url = new URL(request.url ?? '/', 'http://gateway');
  const asked = `${request.method} ${url.pathname}`;
  const problem = tools.wallsProblem();
  if (asked === 'GET /')
    return [200, { pid: process.pid, settings: tools.settingsHash, walls: problem, doors: tools.keeper.states() }];
  if (asked === 'PUT /doors') {
    const wanted = door.parse(JSON.parse(await readBody(request)));
    // Without walls everything on this machine could be reached from behind the door.
    if (problem !== null) return [409, { problem }];
    const { ports } = await tools.keeper.want(wanted);
    return [200, { ports }];
  }
  if (asked === 'DELETE /doors') {
    await tools.keeper.forget(url.searchParams.get('environment') ?? '');
    return [200, {}];
  }
  return [404, { problem: `unknown: ${asked}; known: GET /, PUT /doors, DELETE /doors` }];
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    bytes += (piece as Buffer).length;
    if (bytes > BODY_BYTES) throw new Error('the body is too long');
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces).toString('utf8');
};
