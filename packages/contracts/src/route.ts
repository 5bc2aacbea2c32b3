import type { z } from 'zod';
import type { Needed } from './permissions.ts';

/** What a token may do. `admin` may everything; each of the others may read, too. */
export const SCOPES = ['admin', 'promote', 'approve', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly says: string;
  /** What the caller's token must be for. Default: read for GET, admin for everything else. */
  readonly scope?: Scope;
  /** What the caller's role must allow. Default: read for GET, installation for everything else. */
  readonly needs?: Needed;
  readonly body?: z.ZodType;
  /** Of an answer that is not JSON: its media type. Of lines (application/x-ndjson) `line` is what each of them is. */
  readonly media?: string;
  readonly line?: z.ZodType;
  /** The answer holds what nobody may have twice (a new token, a key): it is not kept for an Idempotency-Key. */
  readonly secretAnswer?: true;
  readonly query?: z.ZodType;
  readonly answer: z.ZodType;
}

export const scopeOf = ({ method, scope }: Pick<Route, 'method' | 'scope'>): Scope =>
  scope ?? (method === 'GET' ? 'read' : 'admin');

export const allows = (scopes: readonly Scope[], needed: Scope): boolean =>
  scopes.includes('admin') || scopes.includes(needed) || (needed === 'read' && scopes.length > 0);

export const neededOf = ({ method, needs }: Pick<Route, 'method' | 'needs'>): Needed =>
  needs ?? (method === 'GET' ? 'read' : 'installation');
