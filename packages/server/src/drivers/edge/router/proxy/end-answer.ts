import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long the rest of a body is still read after the answer: closing at once would reset the connection and may lose the answer. */
const LINGER_MS = 2_000;

/** Ends an answer that may have been given before the request's body was read: reads the rest for a while, then cuts. */
export function endAnswer(req: IncomingMessage, res: ServerResponse, body?: string): void {
  res.end(body);
  req.resume();
  if (req.complete) return;
  const late = setTimeout(() => req.socket.destroy(), LINGER_MS);
  const done = (): void => {
    clearTimeout(late);
    req.off('end', done);
    req.socket.off('close', done);
  };
  req.on('end', done);
  req.socket.on('close', done);
}
