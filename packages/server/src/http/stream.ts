import { once } from 'node:events';
import type { LogLine } from '@slipway/contracts/views';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Sends lines as newline-delimited JSON as they come; stops when the reader goes away. */
export const sendLines = async (
  request: FastifyRequest,
  reply: FastifyReply,
  lines: (signal: AbortSignal) => AsyncIterable<LogLine>,
): Promise<void> => {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' });
  reply.raw.flushHeaders();
  try {
    for await (const line of lines(gone.signal)) {
      if (gone.signal.aborted) break;
      if (!reply.raw.write(`${JSON.stringify(line)}\n`))
        await Promise.race([once(reply.raw, 'drain'), once(reply.raw, 'close')]);
    }
  } finally {
    reply.raw.end();
  }
};
