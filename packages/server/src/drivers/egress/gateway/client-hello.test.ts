import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readHello } from './client-hello.ts';

/** What a real TLS client of this Node says first. */
const helloFor = async (servername: string): Promise<Buffer> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const client = connect({
    host: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
    servername,
    rejectUnauthorized: false,
  });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
};

describe('the hello of a TLS client', () => {
  it('says the name that it wants', async () => {
    expect(readHello(await helloFor('API.example.com'))).toEqual({ kind: 'tls', name: 'api.example.com' });
  });

  it('has no name when the client says none', async () => {
    expect(readHello(await helloFor(''))).toEqual({ kind: 'tls', name: null });
  });

  it('is waited for until it is whole, wherever it is cut', async () => {
    const bytes = await helloFor('api.example.com');

    for (let length = 0; length < bytes.length; length++)
      expect(readHello(bytes.subarray(0, length))).toEqual({ kind: 'more' });
  });

  it('is read when it is spread over several records', async () => {
    const bytes = await helloFor('api.example.com');
    const body = bytes.subarray(5);
    const record = (piece: Buffer): Buffer =>
      Buffer.concat([Buffer.from([0x16, 3, 1, piece.length >> 8, piece.length & 255]), piece]);
    const spread = Buffer.concat([
      record(body.subarray(0, 3)),
      record(body.subarray(3, 60)),
      record(body.subarray(60)),
    ]);

    expect(readHello(spread)).toEqual({ kind: 'tls', name: 'api.example.com' });
  });

  it('is another protocol when it does not begin like one', () => {
    expect(readHello(Buffer.from('EHLO x\r\n'))).toEqual({ kind: 'other' });
  });

  it('never breaks, whatever comes', async () => {
    const bytes = await helloFor('api.example.com');
    for (let at = 0; at < bytes.length; at++)
      for (const value of [0, 0x7f, 0xff]) {
        const broken = Buffer.from(bytes);
        broken[at] = value;
        expect(['more', 'other', 'tls']).toContain(readHello(broken).kind);
      }
  });
});
