/** Two projects of one organisation and one of another, with people of every kind who ask the API. */
import { ROUTES, type RouteName } from '@slipway/contracts/api';
import type { Role } from '@slipway/contracts/permissions';
import { SCOPES, type Scope } from '@slipway/contracts/route';
import type { FastifyInstance } from 'fastify';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import type { Slipway } from '../../packages/server/src/flows/slipway.ts';
import { type Caller, hashOfToken, OPERATOR } from '../../packages/server/src/http/callers.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { type Queryable, query } from '../../packages/server/src/store/queryable.ts';
import { saveToken, tokenOwner } from '../../packages/server/src/store/tokens.ts';
import { makeSite, type Shop } from './make-slipway.ts';

const person = (who: string, roles: Readonly<Record<string, Role>>, more: Partial<Caller> = {}): Caller => ({
  ...{ ...OPERATOR, who, email: `${who}@example.com`, user: `usr_${who}`, via: 'session', installation: false },
  ...{ roles, scopes: null, ...more },
});

/** By their names, which the tests say in the header `x-person`. */
export const PEOPLE = {
  viewer: person('viewer', { shop: 'viewer' }),
  developer: person('developer', { shop: 'developer' }),
  tester: person('tester', { shop: 'tester' }),
  admin: person('admin', { shop: 'admin' }),
  stranger: person('stranger', { depot: 'admin' }),
  foreigner: person('foreigner', {}, { installation: true, organisation: 'acme' }),
  root: person('root', {}, { installation: true }),
  /** Both in one: what they may in one project says nothing of the other. */
  both: person('both', { shop: 'developer', depot: 'admin' }),
  /** With a token that is for less than they are. */
  reader: person('reader', { shop: 'admin' }, { via: 'token', scopes: ['read'] }),
} as const satisfies Record<string, Caller>;
export type Person = keyof typeof PEOPLE;

const project = (name: string, organisation: string): string => `
  insert into ops.projects (id, organisation, name, config, source, database_prefix)
    values ('${name}', '${organisation}', '${name}', (select config from ops.projects where id = 'shop'), '{}', '${name}_');`;

/** A preview, staging and production, with a run of each, the preview's build and production's deployment. */
const work = (name: string): string =>
  ['preview', 'staging', 'production']
    .map((stage) => {
      const place = stage === 'preview' ? 'pr-1' : stage;
      return `
  insert into ops.environments (id, project, stage, name, number, head_sha, database, role, host, state, live_slot)
    values ('${name}/${place}', '${name}', '${stage}', '${place}', ${stage === 'preview' ? 1 : 'null'}, 'x', '${name}_${stage}', 'r',
      '${name}-${stage}.localhost', 'live', 'blue');
  insert into ops.runs (id, project, environment, kind, requested_by, state)
    values ('run_${name}_${stage}', '${name}', '${name}/${place}', 'x', 'ada', 'succeeded');
  insert into ops.shells (id, environment, kind, read_only, terminal, columns, rows, opened_by, opened_at, attach_until, ends_at)
    values ('shl_${name}_${stage}', '${name}/${place}', 'shell', true, true, 80, 24, 'ada', now(), now(), now());
  insert into ops.builds (id, project, run, git_sha, lock_hash) values ('bld_${name}_${stage}', '${name}', 'run_${name}_${stage}', 'x', 'x');
  insert into ops.deployments (id, environment, run, git_sha, actor)
    values ('dep_${name}_${stage}', '${name}/${place}', 'run_${name}_${stage}', 'x', 'ada');
  insert into ops.artifacts (sequence, run, path, sha256, bytes, previous_chain, chain, created_at)
    select count(*) + 1, 'run_${name}_${stage}', '${name}/${stage}', 'x', 1, 'x', '${name}/${stage}', now() from ops.artifacts;`;
    })
    .join('');

const account = (name: string, organisation = 'default'): string =>
  `insert into ops.users (id, organisation, name, email) values ('usr_${name}', '${organisation}', '${name}', '${name}@example.com');`;

const fill = (db: Queryable): Promise<unknown> =>
  db.query(
    `insert into ops.organisations values ('acme', 'Acme'); ${project('depot', 'default')} ${project('attic', 'acme')}
     ${['shop', 'depot', 'attic'].map(work).join('')} ${['ada', 'grace'].map((name) => account(name)).join('')} ${account('mallory', 'acme')}`,
  );

const tokenOf = (scope: string): string => `slipway_${scope.padEnd(43, '0')}`;

export interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer as it came, which the tests look into.
  readonly body: any;
}

export const openPermissionSite = async (
  serverUrl: string,
  shop: Shop,
  routes: (app: FastifyInstance, slipway: Slipway) => void,
) => {
  const site = await makeSite(serverUrl, shop);
  const { slipway, secrets } = await site.start();
  const { db, logger } = slipway;
  await fill(db);
  for (const scope of SCOPES)
    await saveToken(db, {
      ...{
        id: `tok_${scope}`,
        name: scope,
        email: 'x@example.com',
        scopes: [scope],
        createdBy: 'test',
        expiresAt: null,
      },
      sha256: hashOfToken(tokenOf(scope)),
    });
  const app = makeServer({
    ...{ token: new Secret('operator'), tokenFile: '/token', logger, newId, db },
    findToken: (sha256) => tokenOwner(db, sha256, slipway.clock.now().toISOString()),
    findSession: async (headers) => {
      const caller: Caller | undefined = PEOPLE[String(headers['x-person']) as Person];
      return caller === undefined ? null : { caller, session: 'ses_1', cookies: [] };
    },
  });
  routes(app, slipway);
  /** As a person, with the organisation's token of a scope, or as nobody. */
  const ask = async (
    who: Person | `token:${Scope}` | 'nobody',
    route: RouteName,
    parameters: Readonly<Record<string, string>> = {},
    payload?: object,
  ): Promise<Answer> => {
    const { method, path } = ROUTES[route];
    const url = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? '1'));
    const [, scope] = who.split('token:');
    const headers = scope === undefined ? { 'x-person': who } : { authorization: `Bearer ${tokenOf(scope)}` };
    const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
    const isJson = String(answer.headers['content-type']).includes('json') && answer.body !== '';
    return { status: answer.statusCode, text: answer.body, body: isJson ? answer.json() : null };
  };
  return {
    ...{ app, db, slipway, secrets, ask },
    rows: (text: string) => query<Record<string, unknown>>(db, text),
    close: async () => {
      await app.close();
      await site.remove();
    },
  };
};
