import { type IncomingMessage, request } from 'node:http';
import { smokeHttp } from '@slipway/smoke/client';
import type { Upstream } from '../../domain/environment.ts';
import type { HttpProbe } from '../../ports/http-probe.ts';

const LIMIT_MILLISECONDS = 10_000;
/** The first login compiles templates. */
const POST_MILLISECONDS = 60_000;
const MOST_KEPT = 64 * 1024;

interface Asked {
  readonly upstream: Upstream;
  readonly path: string;
  /** JSON; null: a GET. */
  readonly body: string | null;
  readonly milliseconds: number;
}

/** Without keep-alive and without following redirects. */
const ask = <T>({ upstream, path, body, milliseconds }: Asked, read: (answer: IncomingMessage) => Promise<T>) =>
  new Promise<T | { readonly error: string }>((resolve) => {
    const asked = request(
      {
        host: upstream.host,
        port: upstream.port,
        path,
        method: body === null ? 'GET' : 'POST',
        agent: false,
        timeout: milliseconds,
        headers: {
          host: 'localhost',
          ...(body === null
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        },
      },
      (answer) => read(answer).then(resolve, (error: Error) => resolve({ error: error.message })),
    );
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${milliseconds / 1000} s`)));
    asked.once('error', (error) => resolve({ error: error.message }));
    asked.end(body ?? undefined);
  });

const textOf = async (answer: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    if (bytes < MOST_KEPT) pieces.push(piece);
    bytes += piece.length;
  }
  return Buffer.concat(pieces).subarray(0, MOST_KEPT).toString('utf8');
};

export const httpProbe: HttpProbe = {
  get: (upstream, path) =>
    ask({ upstream, path, body: null, milliseconds: LIMIT_MILLISECONDS }, async (answer) => {
      await textOf(answer);
      return { status: answer.statusCode ?? 0 };
    }),
  post: (upstream, path, body) =>
    ask({ upstream, path, body: body.reveal(), milliseconds: POST_MILLISECONDS }, async (answer) => {
      const text = await textOf(answer);
      return { status: answer.statusCode ?? 0, body: text };
    }),
  ask: (connect, url, request, signal) => smokeHttp({ url, connect, now: () => performance.now() })(request, signal),
};
