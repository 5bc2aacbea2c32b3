import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { handedOnLines } from './forward-headers.ts';

/** Hands a websocket on to the server on that port of this machine: its request, then bytes both ways until either side ends. */
export const forwardUpgradeTo =
  (port: number) =>
  (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const onward = connect({ host: '127.0.0.1', port });
    onward.setNoDelay(true);
    const lines = [`${request.method} ${request.url} HTTP/1.1`, ...handedOnLines(request)];
    onward.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    if (head.length > 0) onward.write(head);
    let opened = false;
    onward.once('data', () => {
      opened = true;
    });
    onward.once('error', () => {
      if (!opened && socket.writable) socket.end(`HTTP/1.1 502 ${STATUS_CODES[502]}\r\nconnection: close\r\n\r\n`);
      else socket.destroy();
    });
    socket.once('error', () => onward.destroy());
    socket.once('close', () => onward.destroy());
    onward.once('close', () => socket.end());
    onward.pipe(socket);
    socket.pipe(onward);
  };
