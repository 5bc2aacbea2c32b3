/** For tests: doors on loopback, and clients of theirs. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Door } from '../../../domain/egress.ts';
import { openDoor } from './doors.ts';

/** Doors on loopback, at ports that the system chooses. */
const ANY = { dns: 0, smtp: 0, proxy: 0, database: 0 };
export const ending: (() => unknown)[] = [];
/** For `afterEach`. */
export const endAll = async (): Promise<void> => {
  for (const end of ending.splice(0).reverse()) await end();
};

export const portOf = (server: { address(): unknown }): number => (server.address() as { port: number }).port;

export const upstream = async (answer: Parameters<typeof createServer>[1]): Promise<number> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => (server as Server).close());
  return portOf(server);
};

export const open = async (
  allow: readonly string[],
  more: Partial<Door> & { database?: { host: string; port: number } } = {},
) => {
  const notes: unknown[] = [];
  const mails: { subject: string; recipients: readonly string[]; raw: Buffer; attachments: unknown }[] = [];
  const trouble = { keep: null as Error | null };
  const { database, ...door } = more;
  const opened = await openDoor(
    { environment: 'shop/pr-1', address: '127.0.0.1', subnet: '127.0.0.0/8', allow, ...door },
    {
      ports: ANY,
      database: database ?? null,
      resolve: async (host) => (host === 'nowhere.example' ? [] : ['127.0.0.1']),
      note: ({ kind, host, port, outcome, reason }) => notes.push([kind, host, port, outcome, reason].join(' ').trim()),
      keepMail: async (mail) => {
        if (trouble.keep !== null) throw trouble.keep;
        mails.push(mail);
      },
    },
  );
  ending.push(opened.close);
  const port = (name: string): number => opened.ports[name] ?? 0;
  return { notes, mails, trouble, port };
};

export const get = (
  proxy: number,
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: proxy, path: url, headers, agent: false },
      async (answer: IncomingMessage) => {
        let text = '';
        for await (const piece of answer) text += piece;
        resolve({ status: answer.statusCode ?? 0, text });
      },
    );
    asked.once('error', reject).end();
  });

export const tunnel = async (proxy: number, target: string): Promise<{ status: string; socket: Socket }> => {
  const socket = connect(proxy, '127.0.0.1');
  socket.on('error', () => undefined);
  ending.push(() => socket.destroy());
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  return { status: head.toString().split('\r\n')[0] ?? '', socket };
};

export const send = (port: number, more: Record<string, unknown> = {}) =>
  createTransport({
    host: '127.0.0.1',
    port,
    secure: false,
    ignoreTLS: true,
    connectionTimeout: 3000,
    socketTimeout: 5000,
  }).sendMail({
    from: 'Ada <ada@shop.example>',
    to: 'real.customer@example.com',
    subject: 'Rechnung für Zoë 🧾',
    text: 'Guten Tag',
    ...more,
  });
