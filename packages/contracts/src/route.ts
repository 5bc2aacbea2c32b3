import type { z } from 'zod';
import type { Needed } from './permissions.ts';

/** What a token may do. `admin` may everything; each of the others may read, too. */
export const SCOPES = ['admin', 'promote', 'approve', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a route is about, and where its project is found: by the parameter of that name. */
export const LOCATORS = [
  'project',
  'environment',
  'run',
  'build',
  'evidence',
  'shell',
  'list',
  'installation',
] as const;
/**
 * `evidence`: by the id of a run or of a deployment. `list`: of everything that the caller may see, so that the rows are the answer.
 * `installation`: of no project.
 */
export type Locator = (typeof LOCATORS)[number];

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly says: string;
  /** What the caller's token must be for. Default: read for GET, admin for everything else. */
  readonly scope?: Scope;
  /** What the caller's role must allow. Default: read for GET, installation for everything else. */
  readonly needs?: Needed;
  /** Default: by the first parameter of the path; see locatorOf. */
  readonly of?: Locator;
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

const BY_PARAMETER = ['project', 'environment', 'run', 'build', 'shell'] as const;

/** Undefined: it cannot be told whose the route is, which is a defect of its row. */
export const locatorOf = ({
  method,
  path,
  needs,
  of,
}: Pick<Route, 'method' | 'path' | 'needs' | 'of'>): Locator | undefined => {
  const named = of ?? BY_PARAMETER.find((name) => path.split('/').includes(`:${name}`));
  if (named !== undefined) return named;
  const needed = neededOf({ method, ...(needs === undefined ? {} : { needs }) });
  return needed === 'installation' || needed === 'self' || needed === 'nobody' ? 'installation' : undefined;
};
