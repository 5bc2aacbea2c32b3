import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { handedOn } from './forward-headers.ts';

/** Of one connection, not of what is said over it (RFC 9110, section 7.6.1). */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade'];

/**
 * Hands requests to the server on that port of this machine and its answers back, as they come: a log that is followed flows. When
 * either side goes, the other one is told. A connection each: one that is kept may close just when a POST is sent over it.
 */
export const forwardTo =
  (port: number) =>
  (req: IncomingMessage, res: ServerResponse): void => {
    const target = { host: '127.0.0.1', port, agent: false } as const;
    const onward = request({ ...target, method: req.method, path: req.url, headers: handedOn(req) });
    onward.once('response', (answer) => {
      for (const [name, value] of Object.entries(answer.headers))
        if (value !== undefined && !OF_THE_CONNECTION.includes(name)) res.setHeader(name, value);
      res.writeHead(answer.statusCode ?? 502);
      res.flushHeaders();
      pipeline(answer, res, () => undefined);
    });
    onward.once('error', () => res.destroy());
    res.once('close', () => onward.destroy());
    pipeline(req, onward, () => undefined);
  };
