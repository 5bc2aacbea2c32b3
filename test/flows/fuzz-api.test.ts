/**
 * Every route with what its schemas allow, what they nearly allow, and hostile values in path, query and body, against the real handlers:
 * none answers with a 5xx, none takes what its schema does not, and each answer is what its row says. SLIPWAY_FUZZ_SEED=<number> does one run
 * again; SLIPWAY_FUZZ_SECONDS is how long it takes altogether.
 */
import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { ERRORS } from '@slipway/contracts/errors';
import type { Route } from '@slipway/contracts/route';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { keepMail } from '../../packages/server/src/store/mails.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { type ApiSite, OPERATOR_TOKEN, openApiSite } from './api-site.ts';
import { fitting, hostile, nearly } from './fuzz-values.ts';
import { makeShop, type Shop } from './make-slipway.ts';

const SEED = Number(process.env['SLIPWAY_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const SECONDS = Number(process.env['SLIPWAY_FUZZ_SECONDS'] ?? 60);
const NAMES = Object.keys(ROUTES) as RouteName[];
const RUNS = 60;
const LEAST = 3;
/** Of the world outside, when a request names an address in it. */
const OUTSIDE = new Set(['database-unreachable', 'database-refused']);

let shop: Shop;
let api: ApiSite;
/** Names that there are, by what they stand for in a path. */
const known: Record<string, readonly string[]> = {};
beforeAll(async () => {
  shop = await makeShop();
  api = await openApiSite(inject('postgresUrl'), shop);
  for (const number of [1, 2, 3])
    await send('POST', '/api/v1/projects/shop/previews', JSON.stringify({ number, ref: 'main' }));
  await api.plane.drain();
  await send('DELETE', '/api/v1/projects/shop/previews/3');
  await api.plane.drain();
  const mail = {
    environment: 'shop/pr-1',
    sender: 'a@b',
    recipients: ['c@d'],
    subject: 's',
    from: 'a',
    to: 'c',
    text: '',
    html: '',
  };
  await keepMail(api.db, { ...mail, attachments: [], raw: Buffer.from('Subject: s\r\n\r\nx') }, 'mail_1');
  const ids = async (sql: string) => (await query<{ id: string }>(api.db, sql)).map(({ id }) => id);
  Object.assign(known, {
    ...{ project: ['shop'], number: ['1', '2', '3', '9'], environment: ['shop/pr-1', 'shop/pr-3'], mail: ['mail_1'] },
    ...{ run: await ids('select id from ops.runs'), build: await ids('select id from ops.builds') },
    ...{ stage: ['preview', 'production'], name: ['SMTP', 'nobody'], index: ['0', '1'] },
  });
  console.log(`fuzzing with SLIPWAY_FUZZ_SEED=${SEED}`);
});
afterAll(async () => {
  await api?.close();
  await shop?.remove();
});

const send = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: string) => {
  const headers = {
    authorization: `Bearer ${OPERATOR_TOKEN}`,
    ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return api.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
};

interface Sent {
  readonly path: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
}

const parametersOf = ({ path }: Route): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
/** As it goes into a URL; what no URL can have is written as a client would that does not look. */
const segment = (text: string): string => encodeURIComponent(text.toWellFormed()) || '%20';

const urlOf = (route: Route, { path, query: asked }: Sent): string => {
  const filled = route.path.replace(/:(\w+)/g, (_, name: string) => path[name] ?? 'x');
  if (asked === undefined || asked === null || typeof asked !== 'object') return filled;
  const search = Object.entries(asked).map(([name, value]) => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return `${segment(name)}=${encodeURIComponent(text.toWellFormed())}`;
  });
  return search.length === 0 ? filled : `${filled}?${search.join('&')}`;
};

/** Nobody works runs off here, so a log that is followed would not end. */
const unfollowed = (asked: unknown): unknown =>
  typeof asked === 'object' && asked !== null && (asked as { follow?: unknown }).follow === 'true' ? {} : asked;

const judge = async (route: Route, sent: Sent): Promise<void> => {
  const body = route.body === undefined ? undefined : JSON.stringify(sent.body ?? {});
  const answer = await send(route.method, urlOf(route, sent), body);
  const what = `${route.method} ${urlOf(route, sent).slice(0, 300)} ${body?.slice(0, 500) ?? ''}\n${answer.statusCode} ${answer.body.slice(0, 500)}`;
  const bodyFits = route.body === undefined || route.body.safeParse(sent.body ?? {}).success;
  if (answer.statusCode >= 400) {
    const { code } = answer.json() as { code: keyof typeof ERRORS };
    expect(answer.headers['content-type'], what).toMatch(/^application\/problem\+json/);
    expect(ERRORS[code]?.status, what).toBe(answer.statusCode);
    if (!OUTSIDE.has(code)) expect(answer.statusCode, what).toBeLessThan(500);
    return;
  }
  expect(bodyFits, `taken, and no schema allows it: ${what}`).toBe(true);
  if (route.media === undefined) {
    const checked = route.answer.safeParse(answer.json());
    expect(checked.error?.issues ?? [], what).toEqual([]);
  }
};

/** As many cases as its share of the time allows, and three at least; shrinking takes what it takes. */
const check = (route: Route, values: fc.Arbitrary<Sent>): Promise<void> => {
  const until = Date.now() + (SECONDS * 1000) / NAMES.length / 3;
  let cases = 0;
  let wrong = false;
  const property = fc.asyncProperty(values, async (sent) => {
    if (!wrong && ++cases > LEAST && Date.now() > until) return;
    await judge(route, { ...sent, query: unfollowed(sent.query) }).catch((error: unknown) => {
      wrong = true;
      throw error;
    });
  });
  return fc.assert(property, { seed: SEED, numRuns: RUNS });
};

describe.each(NAMES)('%s', (name) => {
  const route: Route = ROUTES[name];
  const nothing = fc.constant(undefined);
  const body = route.body === undefined ? nothing : fitting(route.body);
  const asked = route.query === undefined ? nothing : fitting(route.query);
  const path = (values: (parameter: string) => fc.Arbitrary<string>): fc.Arbitrary<Record<string, string>> =>
    fc.record(Object.fromEntries(parametersOf(route).map((one) => [one, values(one)])));
  const there = (one: string): fc.Arbitrary<string> => fc.constantFrom(...(known[one] ?? ['none'])).map(segment);
  const lazily = <T>(make: () => fc.Arbitrary<T>): fc.Arbitrary<T> => fc.constant(null).chain(make);

  test('answers as its row says to what its schemas allow', () =>
    check(
      route,
      lazily(() => fc.record({ path: path(there), query: asked, body })),
    ));

  test('refuses what its schemas nearly allow', () =>
    check(
      route,
      lazily(() =>
        fc.record({
          path: path(there),
          query: route.query === undefined ? nothing : fc.oneof(asked, nearly(asked)),
          body: route.body === undefined ? nothing : nearly(body),
        }),
      ),
    ));

  test('stands hostile values in path, query and body', () => {
    const raw = fc.constantFrom(
      '%00',
      '%2e%2e%2f',
      '%zz',
      '%',
      '%ff',
      '%c0%af',
      '..%2f..%2fetc',
      '%252e',
      '%u0000',
      '*',
      ';a=b',
      ':x',
    );
    const field = fc.dictionary(hostile, hostile, { maxKeys: 3 });
    return check(
      route,
      lazily(() =>
        fc.record({
          path: path((one) => fc.oneof(hostile.map(segment), raw, there(one))),
          query: fc.oneof(field, asked, nearly(asked)),
          body: route.body === undefined ? nothing : fc.oneof(field, nearly(body), body),
        }),
      ),
    );
  });
});
