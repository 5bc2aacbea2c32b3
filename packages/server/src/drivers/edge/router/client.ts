import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { request } from 'undici';
import { EDGE_CONNECTION } from '../../../domain/open-requests.ts';
import { Secret } from '../../../domain/secret.ts';

/** The only file that holds a connection to PostgreSQL or to the control plane, and so the only one that reveals their secrets. */

/** A connected client. Its queries fail after 10 s: a server that vanished without a word must not hold the routes up. */
export async function openDatabase(url: Secret): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url.reveal(),
    application_name: EDGE_CONNECTION,
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

export type ConnectAnswer =
  /** Value of Odoo's cookie, and where to go with it. */
  | { readonly kind: 'connected'; readonly session: string; readonly path: string }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable'; readonly reason: string };

export type ConnectCall = (use: {
  readonly host: string;
  readonly ticket: string;
  readonly from: string;
}) => Promise<ConnectAnswer>;

/** Odoo loads its modules before it makes a session. */
const CONNECT_MILLISECONDS = 130_000;

/** Not asked twice: the ticket is used up by the first time. */
export function connectCall(controlUrl: string, tokenFile: string): ConnectCall {
  const url = new URL('internal/connect', controlUrl.endsWith('/') ? controlUrl : `${controlUrl}/`);
  return async (use) => {
    try {
      const token = new Secret((await readFile(tokenFile, 'utf8')).trim());
      const answer = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token.reveal()}` },
        body: JSON.stringify(use),
        headersTimeout: CONNECT_MILLISECONDS,
        bodyTimeout: 10_000,
        reset: true,
      });
      if (answer.statusCode === 410) return answer.body.dump().then(() => ({ kind: 'gone' as const }));
      if (answer.statusCode !== 200) return answer.body.dump().then(() => ({ kind: 'refused' as const }));
      const { session, path } = (await answer.body.json()) as { readonly session: unknown; readonly path: unknown };
      if (typeof session !== 'string' || !/^[A-Za-z0-9_-]{20,200}$/.test(session)) return { kind: 'refused' };
      // A path of this host, and of no other.
      return { kind: 'connected', session, path: typeof path === 'string' && /^\/[a-z]*$/.test(path) ? path : '/' };
    } catch (error) {
      return { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}
