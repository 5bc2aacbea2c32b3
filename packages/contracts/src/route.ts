import type { z } from 'zod';

/** What a token may do. `admin` may everything; each of the others may read, too. */
export const SCOPES = ['admin', 'promote', 'approve', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly says: string;
  /** What the caller's token must be for. Default: read for GET, admin for everything else. */
  readonly scope?: Scope;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly answer: z.ZodType;
}

export const scopeOf = ({ method, scope }: Pick<Route, 'method' | 'scope'>): Scope =>
  scope ?? (method === 'GET' ? 'read' : 'admin');

export const allows = (scopes: readonly Scope[], needed: Scope): boolean =>
  scopes.includes('admin') || scopes.includes(needed) || (needed === 'read' && scopes.length > 0);
