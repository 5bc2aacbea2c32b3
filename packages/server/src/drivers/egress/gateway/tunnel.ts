import type { IncomingMessage } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { bareHost, isAllowed } from '../../../domain/egress.ts';
import { reachable } from './addresses.ts';
import { readHello } from './client-hello.ts';
import { type DoorContext, refusal } from './door.ts';
import { LIMITS } from './limits.ts';

export const splitAuthority = (text: string): { readonly host: string; readonly port: number } | null => {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  return match === null || port < 1 || port > 65_535 ? null : { host: bareHost(match[1] ?? ''), port };
};

const answer = (client: Duplex, status: string, text: string): void => {
  client.end(
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
};

/** Opens a connection to the first address that takes one. */
const dial = async (addresses: readonly string[], port: number): Promise<Socket | null> => {
  for (const host of addresses.slice(0, 4)) {
    const socket = connect({ host, port, noDelay: true, keepAlive: true });
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.setTimeout(LIMITS.connectMilliseconds, () => resolve(false));
    });
    if (open) return socket;
    socket.destroy();
  }
  return null;
};

/** CONNECT: only to a host and port of the list, and TLS in it only for a name of the list. Nothing is decrypted. */
export const openTunnel = async (
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  door: DoorContext,
): Promise<void> => {
  client.on('error', () => client.destroy());
  const target = splitAuthority(request.url ?? '');
  if (target === null) return answer(client, '400 Bad Request', 'CONNECT wants host:port.\n');
  const { host, port } = target;
  const refuse = (reason: string): void => {
    door.note(refusal('connect', host, port, reason));
    answer(client, '403 Forbidden', `Slipway lets nothing of this environment out to ${host}:${port}: ${reason}.\n`);
  };
  if (!isAllowed(door.rules, host, port)) return refuse('not on the list');
  const found = await reachable(door.rules, host, port, door.resolve);
  if ('refused' in found) return refuse(found.refused);
  const upstream = await dial(found.addresses, port);
  if (upstream === null) {
    door.note({ ...refusal('connect', host, port, 'the host does not answer'), outcome: 'allowed' });
    return answer(client, '502 Bad Gateway', `${host}:${port} does not answer.\n`);
  }
  if (client.destroyed) return void upstream.destroy();
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  join(client, upstream, head, { host, port, door });
};

/** What the client says is held back until it is known where it means to go; what the server says is not. */
const join = (
  client: Duplex,
  upstream: Socket,
  head: Buffer,
  { host, port, door }: { readonly host: string; readonly port: number; readonly door: DoorContext },
): void => {
  let held = head;
  let refused: string | null = null;
  const end = (): void => {
    clearTimeout(slow);
    client.destroy();
    upstream.destroy();
  };
  const slow = setTimeout(() => held.length > 0 && end(), LIMITS.helloMilliseconds);
  const listen = (): void => {
    const hello = readHello(held);
    if (hello.kind === 'more' && held.length < LIMITS.helloBytes) return;
    if (hello.kind === 'more') refused = 'a TLS hello that is too long';
    else if (hello.kind === 'tls' && hello.name !== null && !mayName(door, host, port, hello.name))
      refused = `the name inside is ${hello.name.slice(0, 100)}`;
    if (refused !== null) end();
    else {
      clearTimeout(slow);
      client.off('data', onData);
      upstream.write(held);
      client.pipe(upstream);
    }
  };
  const onData = (piece: Buffer): void => {
    held = Buffer.concat([held, piece]);
    listen();
  };
  client.on('data', onData);
  upstream.pipe(client);
  upstream.setTimeout(LIMITS.idleMilliseconds, end);
  upstream.on('error', end);
  client.once('close', end);
  upstream.once('close', () => {
    client.destroy();
    const counted = { bytesSent: upstream.bytesWritten, bytesReceived: upstream.bytesRead };
    door.note({
      ...refusal('connect', host, port, refused ?? ''),
      outcome: refused === null ? 'allowed' : 'refused',
      ...counted,
    });
  });
  if (head.length > 0) listen();
};

/** Behind an address that the list has, names are the server's own affair. */
const mayName = (door: DoorContext, host: string, port: number, name: string): boolean =>
  isIP(host) !== 0 || bareHost(name) === host || isAllowed(door.rules, name, port);
