import { request } from 'node:http';
import type { HttpProbe } from '../../ports/http-probe.ts';

const LIMIT_MILLISECONDS = 10_000;

/** A GET without keep-alive and without following redirects; the body is thrown away. */
export const httpProbe: HttpProbe = {
  get: (upstream, path) =>
    new Promise((resolve) => {
      const asked = request(
        {
          host: upstream.host,
          port: upstream.port,
          path,
          agent: false,
          timeout: LIMIT_MILLISECONDS,
          headers: { host: 'localhost' },
        },
        (answer) => {
          answer.resume();
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0 }));
          answer.once('error', (error) => resolve({ error: error.message }));
        },
      );
      asked.once('timeout', () => asked.destroy(new Error(`no answer within ${LIMIT_MILLISECONDS / 1000} s`)));
      asked.once('error', (error) => resolve({ error: error.message }));
      asked.end();
    }),
};
