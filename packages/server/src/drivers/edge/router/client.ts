import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { request } from 'undici';
import { Secret } from '../../../domain/secret.ts';

/** The only file that holds a connection to PostgreSQL or to the control plane, and so the only one that reveals their secrets. */

/** A connected client. Its queries fail after 10 s: a server that vanished without a word must not hold the routes up. */
export async function openDatabase(url: Secret): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url.reveal(),
    application_name: 'slipway-edge',
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    keepAlive: true,
  });
  // Without a listener a connection that dies would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Ends a connection that may be dead already. */
export async function closeDatabase(client: pg.Client): Promise<void> {
  const abrupt = setTimeout(() => (client as unknown as Connected).connection.stream.destroy(), 1_000);
  await client.end().catch(() => {});
  clearTimeout(abrupt);
}

interface Connected {
  readonly connection: { readonly stream: { destroy(): void } };
}

export type WakeAnswer =
  | { readonly kind: 'asked' }
  /** The control plane said no: asking again at once changes nothing. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly reason: string };

export type WakeCall = (host: string, environment: string, signal: AbortSignal) => Promise<WakeAnswer>;

/** The token is read at each call, so that it may be rotated, or written after the edge was started. */
export function wakeCall(controlUrl: string, tokenFile: string): WakeCall {
  const url = new URL('internal/wake', controlUrl.endsWith('/') ? controlUrl : `${controlUrl}/`);
  return async (host, environment, signal) => {
    try {
      const token = new Secret((await readFile(tokenFile, 'utf8')).trim());
      const answer = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token.reveal()}` },
        body: JSON.stringify({ host, environment }),
        headersTimeout: 10_000,
        bodyTimeout: 10_000,
        reset: true,
        signal,
      });
      await answer.body.dump();
      if (answer.statusCode < 300) return { kind: 'asked' };
      if (answer.statusCode < 500) return { kind: 'refused', status: answer.statusCode };
      return { kind: 'unreachable', reason: `status ${answer.statusCode}` };
    } catch (error) {
      return { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}
