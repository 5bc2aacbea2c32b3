import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import type { LogLine } from '@slipway/contracts/views';
import type { FastifyReply, FastifyRequest } from 'fastify';

type Lines = (signal: AbortSignal) => AsyncIterable<LogLine>;

/** Sends lines as newline-delimited JSON as they come; stops when the reader goes away. */
export const sendLines = (request: FastifyRequest, reply: FastifyReply, lines: Lines): Promise<void> =>
  send(request, reply, {
    lines,
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    text: (line) => `${JSON.stringify(line)}\n`,
  });

/** The same as a file to keep: never shown as a page, whatever stands in a line, and without what a terminal would act on. */
export const sendText = (request: FastifyRequest, reply: FastifyReply, name: string, lines: Lines): Promise<void> =>
  send(request, reply, {
    lines,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
      'x-content-type-options': 'nosniff',
    },
    text: ({ at, stream, text }) => `${at} ${stream} ${stripVTControlCharacters(text)}\n`,
  });

interface Sending {
  readonly lines: Lines;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: (line: LogLine) => string;
}

const send = async (request: FastifyRequest, reply: FastifyReply, { lines, headers, text }: Sending): Promise<void> => {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  reply.hijack();
  reply.raw.writeHead(200, { ...headers, 'cache-control': 'no-store' });
  reply.raw.flushHeaders();
  try {
    for await (const line of lines(gone.signal)) {
      if (gone.signal.aborted) break;
      if (!reply.raw.write(text(line))) await Promise.race([once(reply.raw, 'drain'), once(reply.raw, 'close')]);
    }
  } finally {
    reply.raw.end();
  }
};
