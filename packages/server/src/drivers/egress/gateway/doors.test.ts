import { once } from 'node:events';
import { connect, createServer as createTcpServer } from 'node:net';
import { decode, encode, streamDecode, streamEncode } from 'dns-packet';
import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, it } from 'vitest';
import { endAll, ending, open, portOf, send } from './door-kit.contract.ts';

afterEach(endAll);

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

describe('a door that closes', () => {
  it('waits for nobody who keeps a connection open', async () => {
    const door = await open([]);
    const sockets = ['dns', 'smtp', 'proxy'].map((name) =>
      connect(door.port(name), '127.0.0.1').on('error', () => undefined),
    );
    for (const socket of sockets) await once(socket, 'connect');
    const trickle = setInterval(() => sockets.map((socket) => socket.write('\0')), 50);
    const started = performance.now();

    await ending.pop()?.();

    clearInterval(trickle);
    expect(performance.now() - started).toBeLessThan(4000);
  });
});

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
