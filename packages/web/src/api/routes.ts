/** The rows of the contracts as types: nothing of this file is left in the browser. */
import type { ROUTES } from '@slipway/contracts/api';
import type { z } from 'zod';

type Rows = typeof ROUTES;
export type RouteName = keyof Rows;

type Named<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Named<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type PathOf<Name extends RouteName> = Rows[Name]['path'];
type BodyOf<Name extends RouteName> = Rows[Name] extends { readonly body: infer Body extends z.ZodType }
  ? { readonly body: z.input<Body> }
  : { readonly body?: undefined };
type QueryOf<Name extends RouteName> = Rows[Name] extends { readonly query: infer Query extends z.ZodType }
  ? { readonly query?: z.input<Query> }
  : { readonly query?: undefined };
type ParametersOf<Name extends RouteName> = [Named<PathOf<Name>>] extends [never]
  ? { readonly parameters?: undefined }
  : { readonly parameters: Readonly<Record<Named<PathOf<Name>>, string | number>> };

export type Answer<Name extends RouteName> = z.infer<Rows[Name]['answer']>;
/** What a call of that route needs. */
export type Asked<Name extends RouteName> = ParametersOf<Name> & QueryOf<Name> & BodyOf<Name>;
/** Left out where nothing is needed. */
export type Rest<Name extends RouteName> =
  Record<never, never> extends Asked<Name> ? [asked?: Asked<Name>] : [asked: Asked<Name>];

/** Names of the routes that only read: what a page may keep and ask for again. */
export type ReadName = { [Name in RouteName]: Rows[Name]['method'] extends 'GET' ? Name : never }[RouteName];
