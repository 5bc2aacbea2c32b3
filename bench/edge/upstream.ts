import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The upstream of the bench, in a process of its own: a small answer, and one of 32 MB. Says its port on stdout. */
const small = Buffer.alloc(200, 'x');
const piece = Buffer.alloc(64 * 1024, 'x');

const server = createServer((req, res) => {
  if (req.url !== '/large') {
    res.writeHead(200, { 'content-type': 'text/plain', 'content-length': small.length }).end(small);
    return;
  }
  let left = 512;
  const more = (): void => {
    while (left > 0) {
      left -= 1;
      if (!res.write(piece)) {
        res.once('drain', more);
        return;
      }
    }
    res.end();
  };
  more();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
