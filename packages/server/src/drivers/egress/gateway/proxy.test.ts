import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { endAll, ending, get, open, portOf, send, tunnel, upstream } from './door-kit.contract.ts';

afterEach(endAll);

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
