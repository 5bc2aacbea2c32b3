/** The API as an OpenAPI 3.1 document, made of the same rows and schemas that the server enforces. */
import { z } from 'zod';
import { ROUTES } from './api.ts';
import { PATH_PARAMETERS } from './api-parameters.ts';
import { ERRORS } from './errors.ts';
import { type JsonSchema, openSchemas, type Schemas } from './openapi-schemas.ts';
import { problem } from './problem.ts';
import { neededOf, type Route, scopeOf } from './route.ts';
import { SESSION_COOKIE, SESSION_COOKIE_OVER_HTTPS } from './session-cookie.ts';

const VERSION = '1';
const IDEMPOTENCY_KEY = '#/components/parameters/IdempotencyKey';

export const openApiDocument = (routes: Readonly<Record<string, Route>> = ROUTES): Record<string, unknown> => {
  const schemas = openSchemas();
  schemas.of(problem, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, schemas) };
  }
  const tags = [...new Set(Object.values(routes).map(tagOf))].sort();
  return {
    openapi: '3.1.1',
    info: {
      ...{ title: 'Slipway', version: VERSION },
      description:
        'Times are ISO 8601 in UTC, durations milliseconds. A list answers the newest rows; where there are more, the header Link has the ' +
        'address of the next page. Answers carry an ETag. A failure is application/problem+json with a code of the error table.',
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    servers: [{ url: '/', description: 'The control plane that answers this.' }],
    security: [{ bearer: [] }, { cookie: [] }, { cookieOverHttps: [] }],
    tags: tags.map((name) => ({ name, description: `Routes about ${name}.` })),
    paths,
    components: {
      ...SHARED,
      schemas: { ...schemas.components, Problem: problemSchema(schemas.components['Problem']) },
    },
  };
};

const SHARED = {
  securitySchemes: {
    bearer: {
      type: 'http',
      scheme: 'bearer',
      description: 'The token of the installation, or one of `slipway token create`.',
    },
    cookie: {
      type: 'apiKey',
      in: 'cookie',
      name: SESSION_COOKIE,
      description: 'A session, as the dashboard has it where it is reached by http.',
    },
    cookieOverHttps: {
      type: 'apiKey',
      in: 'cookie',
      name: SESSION_COOKIE_OVER_HTTPS,
      description: 'The same where it is reached by https.',
    },
  },
  parameters: {
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'Made by the caller for one thing that is to be done once. The same request under it, sent again within 24 hours, is answered as the ' +
        'first was and does nothing; an answer with a secret is not given again, and how to log in is left out.',
      schema: { type: 'string', minLength: 8, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
    },
  },
  headers: {
    Link: { description: '`<address>; rel="next"`: where there is another page.', schema: { type: 'string' } },
    ETag: { description: 'For If-None-Match, which is answered with 304.', schema: { type: 'string' } },
    RetryAfter: { description: 'Seconds.', schema: { type: 'integer' } },
  },
  responses: {
    Problem: {
      description: 'It was not done, and why.',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
    RateLimited: {
      description: 'Too many requests in a minute.',
      headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
};

/** Known codes by name; a newer server may have others. */
const problemSchema = (schema: JsonSchema = {}): JsonSchema => ({
  ...schema,
  properties: {
    ...(schema['properties'] as object),
    code: {
      description: 'Of the error table, docs/reference/errors.md.',
      anyOf: [{ type: 'string', enum: Object.keys(ERRORS) }, { type: 'string' }],
    },
  },
});

/** The first word of the path that is not a name: `/projects/{project}/previews/…` is about previews. */
const tagOf = ({ path }: Route): string => {
  const words = path.split('/').slice(3);
  const rest = words[0] === 'projects' && words.length > 2 ? words.slice(2) : words;
  return (rest[0] ?? 'slipway').replace(/\.json$/, '');
};

const operation = (name: string, route: Route, schemas: Schemas): Record<string, unknown> => {
  const changes = route.method !== 'GET';
  const needs = neededOf(route);
  const allowed = needs === 'nobody' ? 'Needs no token.' : `Needs: ${needs}; a token for ${scopeOf(route)}.`;
  return {
    ...{ operationId: name, tags: [tagOf(route)], summary: route.says.split(/[.;:] /)[0]?.replace(/\.$/, '') },
    description: `${route.says} ${allowed}`,
    ...(needs === 'nobody' ? { security: [] } : {}),
    parameters: [
      ...pathParameters(route),
      ...queryParameters(route, schemas),
      ...(changes ? [{ $ref: IDEMPOTENCY_KEY }] : []),
    ],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: !route.body.safeParse({}).success,
            content: { 'application/json': { schema: schemas.of(route.body, 'input') } },
          },
        }),
    responses: {
      200: answer(route, schemas),
      ...(changes ? {} : { 304: { description: 'As the ETag in If-None-Match says, it has not changed.' } }),
      429: { $ref: '#/components/responses/RateLimited' },
      '4XX': { $ref: '#/components/responses/Problem' },
      '5XX': { $ref: '#/components/responses/Problem' },
    },
  };
};

const pathParameters = ({ path }: Route): Record<string, unknown>[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const known = PATH_PARAMETERS[name] ?? { says: `Name or id of the ${name}.`, example: `a-${name}` };
    const schema =
      typeof known.example === 'number' ? { type: 'integer', minimum: 0 } : { type: 'string', minLength: 1 };
    return { name, in: 'path', required: true, description: known.says, schema, example: known.example };
  });

const queryParameters = ({ query }: Route, schemas: Schemas): Record<string, unknown>[] => {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemas.of(query, 'input') as {
    readonly properties?: Record<string, JsonSchema>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
    ...(description === undefined ? {} : { description }),
  }));
};

const answer = (route: Route, schemas: Schemas): Record<string, unknown> => {
  if (route.media !== undefined)
    return {
      description: route.line === undefined ? 'The bytes.' : 'Lines of JSON as they come, each of this schema.',
      content: {
        [route.media]: {
          schema: route.line === undefined ? { type: 'string', format: 'binary' } : schemas.of(route.line, 'output'),
        },
      },
    };
  const isPaged = route.query instanceof z.ZodObject && 'cursor' in route.query.shape;
  return {
    description: 'It was done, or this is it.',
    ...(route.method === 'GET'
      ? {
          headers: {
            ETag: { $ref: '#/components/headers/ETag' },
            ...(isPaged ? { Link: { $ref: '#/components/headers/Link' } } : {}),
          },
        }
      : {}),
    content: { 'application/json': { schema: schemas.of(route.answer, 'output') } },
  };
};
