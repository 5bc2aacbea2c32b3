import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { decode, encode, streamDecode, streamEncode } from 'dns-packet';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Door } from '../../../domain/egress.ts';
import { openTestGateway } from '../test-gateway.contract.ts';
import { gatewayState } from './ask.ts';
import { openDoor } from './doors.ts';

/** Doors on loopback, at ports that the system chooses. */
const ANY = { dns: 0, smtp: 0, proxy: 0, database: 0 };
const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const portOf = (server: { address(): unknown }): number => (server.address() as { port: number }).port;

const upstream = async (answer: Parameters<typeof createServer>[1]): Promise<number> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => (server as Server).close());
  return portOf(server);
};

const open = async (
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

const get = (
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

const tunnel = async (proxy: number, target: string): Promise<{ status: string; socket: Socket }> => {
  const socket = connect(proxy, '127.0.0.1');
  socket.on('error', () => undefined);
  ending.push(() => socket.destroy());
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  return { status: head.toString().split('\r\n')[0] ?? '', socket };
};

describe('the proxy of a door', () => {
  it('forwards to an address of the list, to the host that it looked at and not to the one that a header claims', async () => {
    const port = await upstream((asked, response) =>
      response.end(`${asked.headers.host} ${asked.url} ${asked.headers['proxy-authorization']}`),
    );
    const door = await open([`127.0.0.1:${port}`]);

    const answer = await get(door.port('proxy'), `http://127.0.0.1:${port}/a?b=c`, {
      host: 'evil.example',
      'proxy-authorization': 'x',
    });

    expect(answer).toEqual({ status: 200, text: `127.0.0.1:${port} /a?b=c undefined` });
    await expect.poll(() => door.notes).toEqual([`http 127.0.0.1 ${port} allowed`]);
  });

  it('refuses what is not on the list, with the reason, and writes it down', async () => {
    const port = await upstream((_, response) => response.end('reached'));
    const door = await open(['api.example.com']);

    const answer = await get(door.port('proxy'), `http://127.0.0.1:${port}/`);

    expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('not on the list') });
    expect(door.notes).toEqual([`http 127.0.0.1 ${port} refused not on the list`]);
  });

  it('does not let a listed name lead into this machine, by plain request or by tunnel', async () => {
    const port = await upstream((_, response) => response.end('reached'));
    const door = await open([`inside.example:${port}`, `nowhere.example:${port}`]);

    expect((await get(door.port('proxy'), `http://inside.example:${port}/`)).status).toBe(403);
    expect((await tunnel(door.port('proxy'), `inside.example:${port}`)).status).toContain('403');
    expect((await get(door.port('proxy'), `http://nowhere.example:${port}/`)).text).toContain('has no address');
    expect(door.notes.length).toBe(3);
  });

  it('hands a redirect to whoever asked: where that leads is a question of its own', async () => {
    const inner = await upstream((_, response) => response.end('reached'));
    const port = await upstream((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${inner}/` }).end(),
    );
    const door = await open([`127.0.0.1:${port}`]);

    expect((await get(door.port('proxy'), `http://127.0.0.1:${port}/`)).status).toBe(302);
    expect((await get(door.port('proxy'), `http://127.0.0.1:${inner}/`)).status).toBe(403);
  });

  it('answers what is no request for a proxy, and a host that does not answer, with words', async () => {
    const door = await open(['127.0.0.1:1']);

    expect((await get(door.port('proxy'), '/index.html')).status).toBe(400);
    expect((await get(door.port('proxy'), 'http://127.0.0.1:1/')).status).toBe(502);
    expect((await tunnel(door.port('proxy'), '127.0.0.1:1')).status).toContain('502');
    expect((await tunnel(door.port('proxy'), 'no-port')).status).toContain('400');
  });

  it('tunnels to an address of the list, both ways, also when the server speaks first', async () => {
    const server = createTcpServer((socket) => {
      socket.write('220 hello\n');
      socket.on('data', (piece) => socket.end(piece.toString().toUpperCase()));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ending.push(() => server.close());
    const door = await open([`127.0.0.1:${portOf(server)}`]);

    const { status, socket } = await tunnel(door.port('proxy'), `127.0.0.1:${portOf(server)}`);
    let text = '';
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.write('ehlo');
    await once(socket, 'close');

    expect([status, text.replace('220 hello\n', '')]).toEqual(['HTTP/1.1 200 Connection established', 'EHLO']);
    await expect.poll(() => door.notes).toEqual([`connect 127.0.0.1 ${portOf(server)} allowed`]);
  });

  it('ends a tunnel whose TLS asks for a name that is not the one that was said', async () => {
    const heard: Buffer[] = [];
    const server = createTcpServer((socket) => socket.on('data', (piece) => heard.push(piece))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ending.push(() => server.close());
    const port = portOf(server);
    const door = await open([`front.example:${port}`, `127.0.0.1:${port}`]);

    for (const servername of ['hidden.example', 'front.example']) {
      const { socket } = await tunnel(door.port('proxy'), `front.example:${port}`);
      connectTls({ socket, servername, rejectUnauthorized: false }).on('error', () => undefined);
      if (servername === 'hidden.example') {
        await once(socket, 'close');
        expect(Buffer.concat(heard).length).toBe(0);
      } else await expect.poll(() => heard.length).toBe(1);
    }
    expect(door.notes).toEqual([`connect front.example ${port} refused the name inside is hidden.example`]);
  });

  it('serves nobody who is not of its network', async () => {
    const port = await upstream((_, response) => response.end('reached'));
    const door = await open([`127.0.0.1:${port}`], { subnet: '10.9.0.0/16' });

    await expect(get(door.port('proxy'), `http://127.0.0.1:${port}/`)).rejects.toThrow();
    await expect(send(door.port('smtp'))).rejects.toThrow();
  });
});

const send = (port: number, more: Record<string, unknown> = {}) =>
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

describe('the mail catcher of a door', () => {
  it('takes a mail with all its people, subject, text and attachments, and says whose it is', async () => {
    const door = await open([]);

    await send(door.port('smtp'), {
      cc: 'cc@example.com',
      bcc: 'blind@example.com',
      html: '<p>Guten Tag</p>',
      attachments: [{ filename: 'Zoë.pdf', content: Buffer.from('%PDF-1.4') }],
    });

    expect(door.mails).toMatchObject([
      {
        environment: 'shop/pr-1',
        sender: 'ada@shop.example',
        recipients: ['real.customer@example.com', 'cc@example.com', 'blind@example.com'],
        subject: 'Rechnung für Zoë 🧾',
        from: 'Ada <ada@shop.example>',
        text: 'Guten Tag\n',
        attachments: [{ name: 'Zoë.pdf', type: 'application/pdf', bytes: 8 }],
      },
    ]);
    expect(door.mails[0]?.raw.toString()).toContain('multipart/');
    expect(door.notes).toEqual([`smtp mail.slipway.internal ${door.port('smtp')} caught`]);
  });

  it('takes whatever password the copied mail server had', async () => {
    const door = await open([]);
    const transport = createTransport({
      host: '127.0.0.1',
      port: door.port('smtp'),
      ignoreTLS: true,
      auth: { user: 'a', pass: 'real' },
    });

    await transport.sendMail({ from: 'a@b.c', to: 'd@e.f', text: 'x' });

    expect(door.mails.length).toBe(1);
  });

  it('says "try again" when a mail cannot be kept, and takes it the next time', async () => {
    const door = await open([]);
    door.trouble.keep = new Error('PostgreSQL is away');

    await expect(send(door.port('smtp'))).rejects.toMatchObject({ responseCode: 451 });
    door.trouble.keep = null;
    await send(door.port('smtp'));

    expect(door.mails.length).toBe(1);
  });

  it('refuses a mail that is too large, and keeps one that nobody could read', async () => {
    const door = await open([]);

    await expect(send(door.port('smtp'), { text: 'x'.repeat(27 * 1024 * 1024) })).rejects.toMatchObject({
      responseCode: 552,
    });
    await createTransport({ host: '127.0.0.1', port: door.port('smtp'), ignoreTLS: true }).sendMail({
      envelope: { from: 'a@b.c', to: ['d@e.f'] },
      raw: Buffer.from([0, 255, 10, 0, 13, 10]),
    });

    expect(door.mails.map(({ subject, recipients }) => [subject, recipients])).toEqual([['', ['d@e.f']]]);
  });
});

const ask = async (port: number, name: string, type: 'A' | 'TXT' = 'A', tcp = false) => {
  const packet = { type: 'query' as const, id: 7, flags: 0x0100, questions: [{ type, name, class: 'IN' as const }] };
  if (tcp) {
    const socket = connect(port, '127.0.0.1');
    socket.write(streamEncode(packet));
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return streamDecode(bytes);
  }
  const { createSocket } = await import('node:dgram');
  const socket = createSocket('udp4');
  socket.send(encode(packet), port, '127.0.0.1');
  const [bytes] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return decode(bytes);
};

describe('names at a door', () => {
  it('of the list have their addresses, over UDP and TCP', async () => {
    const door = await open(['*.example.com']);

    for (const tcp of [false, true])
      expect(await ask(door.port('dns'), 'api.example.com', 'A', tcp)).toMatchObject({
        id: 7,
        rcode: 'NOERROR',
        answers: [{ type: 'A', data: '127.0.0.1' }],
      });
    expect(await ask(door.port('dns'), 'api.example.com', 'TXT')).toMatchObject({ rcode: 'NOERROR', answers: [] });
  });

  it('that are not on the list do not exist, are never asked for, and are written down', async () => {
    const door = await open([]);

    expect(await ask(door.port('dns'), 'c2VjcmV0.evil.example')).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
    expect(door.notes).toEqual(['dns c2VjcmV0.evil.example 0 refused not on the list']);
  });

  it('that are no DNS at all are passed over', async () => {
    const door = await open([]);
    const { createSocket } = await import('node:dgram');
    const socket = createSocket('udp4');
    for (const junk of ['', 'x', '\u00ff'.repeat(600)]) socket.send(junk, door.port('dns'), '127.0.0.1');

    expect(await ask(door.port('dns'), 'a.example')).toMatchObject({ rcode: 'NXDOMAIN' });
    socket.close();
  });
});

describe('the way to the database', () => {
  it('leads to that one server, byte for byte', async () => {
    const server = createTcpServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ending.push(() => server.close());
    const door = await open([], { database: { host: '127.0.0.1', port: portOf(server) } });
    const client = connect(door.port('database'), '127.0.0.1');
    ending.push(() => client.destroy());

    client.write(Buffer.from([0, 1, 2, 255]));
    const [echo] = (await once(client, 'data')) as [Buffer];

    expect([...echo]).toEqual([0, 1, 2, 255]);
  });

  it('is not there without such a server', async () => {
    const door = await open([]);
    expect(door.port('database')).toBe(0);
  });
});

describe('the gateway', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-gateway-'));
    ending.push(() => rm(folder, { recursive: true, force: true }));
  });
  const start = async () => {
    const opened = await openTestGateway({ folder, instance: 'i', walls: false, ports: ANY });
    ending.push(() => opened.close().catch(() => undefined));
    return opened;
  };
  const door = (environment: string, address: string): Door => ({
    environment,
    address,
    subnet: '127.0.0.0/8',
    allow: [],
  });

  it('opens doors that are asked for, and has them again after a restart', async () => {
    const one = await start();
    await one.gateway.open(door('shop/pr-1', '127.0.0.1'));
    await one.gateway.open(door('shop/pr-2', '127.0.0.2'));
    await one.gateway.close('shop/pr-2');
    await one.gateway.close('shop/pr-2');
    await one.stop();
    await expect(one.gateway.open(door('shop/pr-3', '127.0.0.3'))).rejects.toMatchObject({
      code: 'gateway-unreachable',
    });
    await one.start();

    expect((await gatewayState(one.socket))?.doors).toMatchObject([
      { door: { environment: 'shop/pr-1' }, problem: null },
    ]);
  });

  it('gives an address to the one who asked last, and says so in its file', async () => {
    const one = await start();
    await one.gateway.open(door('shop/pr-1', '127.0.0.1'));
    await one.gateway.open(door('shop/pr-2', '127.0.0.1'));

    expect(JSON.parse(await readFile(join(folder, 'doors.json'), 'utf8'))).toMatchObject([
      { environment: 'shop/pr-2' },
    ]);
  });

  it('says why a door cannot be opened, and opens it when it can be', async () => {
    const one = await start();

    await expect(one.gateway.open(door('shop/pr-1', '203.0.113.9'))).rejects.toMatchObject({
      code: 'gateway-unreachable',
      facts: { reason: expect.stringContaining('EADDRNOTAVAIL') },
    });
    expect((await gatewayState(one.socket))?.doors).toMatchObject([
      { problem: expect.stringContaining('EADDRNOTAVAIL') },
    ]);
  });
});
