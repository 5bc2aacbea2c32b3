/** People and their browsers on a site of their own: the API about accounts, over HTTP, with cookies. */
import { createHmac } from 'node:crypto';
import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openSignIn } from '../../packages/server/src/drivers/sign-in/index.ts';
import { makeSetupLink } from '../../packages/server/src/flows/people.ts';
import { FROM_HEADER } from '../../packages/server/src/http/address.ts';
import type { Dashboard } from '../../packages/server/src/http/dashboard.ts';
import { meRoutes } from '../../packages/server/src/http/me.ts';
import { peopleRoutes } from '../../packages/server/src/http/people.ts';
import { profileRoutes } from '../../packages/server/src/http/profile.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { findSessionIn } from '../../packages/server/src/http/sessions.ts';
import { signInRoutes } from '../../packages/server/src/http/sign-in.ts';
import { tokenRoutes } from '../../packages/server/src/http/tokens.ts';
import { signInRules } from '../../packages/server/src/start/sign-in.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { tokenOwner } from '../../packages/server/src/store/tokens.ts';
import { makeSite, type Shop } from './make-slipway.ts';

export const ORIGIN = 'http://localhost:8080';
export const PASSWORD = 'glass onion 42';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer over the wire, looked at by tests
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Everything that came back, to look for secrets in. */
  readonly text: string;
}

export interface Asked {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: object | string;
  /** Instead of those of our own page. */
  readonly headers?: Readonly<Record<string, string>>;
}

let browsers = 0;

export const openPeopleApi = async (
  serverUrl: string,
  shop: Shop,
  more: Partial<Parameters<typeof openSignIn>[0]> = {},
  /** For a real browser: the page, and the origin that it is served at. */
  page: { readonly origin: string; readonly dashboard: Dashboard } | null = null,
) => {
  const site = await makeSite(serverUrl, shop);
  const { slipway } = await site.start();
  const { db, logger } = slipway;
  const rules = signInRules(slipway);
  const signIn = openSignIn({
    ...{ pool: db, key: new Secret('k'.repeat(43)), origin: ORIGIN, origins: [ORIGIN], rules, warn: () => undefined },
    ...(page === null ? {} : { origin: page.origin, origins: [ORIGIN, page.origin] }),
    ...more,
  });
  const app = makeServer({
    ...{
      token: new Secret('token'),
      tokenFile: '/token',
      logger,
      newId,
      db,
      origins: new Set([ORIGIN, page?.origin ?? ORIGIN]),
    },
    ...(page === null ? {} : { dashboard: page.dashboard }),
    findToken: (sha256) => tokenOwner(db, sha256, slipway.clock.now().toISOString()),
    findSession: findSessionIn(db, signIn),
  });
  const people = { signIn, origin: page?.origin ?? ORIGIN };
  signInRoutes(app, slipway, people);
  peopleRoutes(app, slipway, people);
  meRoutes(app, slipway);
  profileRoutes(app, slipway, people);
  tokenRoutes(app, slipway);
  runRoutes(app, slipway);

  const send = async (route: RouteName, headers: Readonly<Record<string, string>>, asked: Asked): Promise<Answer> => {
    const { method, path } = ROUTES[route];
    const url = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(asked.parameters?.[name] ?? 'x'));
    const { body } = asked;
    const answer = await app.inject({
      ...{ method, url: url + (asked.query ?? ''), headers: { ...headers, ...asked.headers } },
      ...(body === undefined ? {} : { payload: body }),
    });
    const json = String(answer.headers['content-type'] ?? '').includes('json');
    const text = `${JSON.stringify(answer.headers)}${answer.body}`;
    return { status: answer.statusCode, body: json ? answer.json() : null, headers: answer.headers, text };
  };

  /** A browser at an address of its own, with a jar for cookies. */
  const browser = () => {
    browsers += 1;
    const from = `10.1.${browsers >> 8}.${browsers & 255}`;
    const jar = new Map<string, string>();
    return {
      jar,
      from,
      cookie: () => [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      async ask(route: RouteName, asked: Asked = {}): Promise<Answer> {
        const cookie = this.cookie();
        const answer = await send(
          route,
          { origin: ORIGIN, [FROM_HEADER]: from, ...(cookie === '' ? {} : { cookie }) },
          asked,
        );
        for (const set of [answer.headers['set-cookie'] ?? []].flat() as string[]) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          if (value === '' || /max-age=0\b/i.test(set)) jar.delete(name);
          else jar.set(name, value);
        }
        return answer;
      },
      async signIn(email: string, password = PASSWORD): Promise<Answer> {
        return this.ask('signIn', { body: { email, password } });
      },
    };
  };

  const withToken = (token: string, route: RouteName, asked: Asked = {}): Promise<Answer> =>
    send(route, { authorization: `Bearer ${token}` }, asked);

  /** An account by way of an invitation; answers the browser that is signed in to it. */
  const person = async (email: string, what: object = {}) => {
    const invited = await withToken('token', 'invite', { body: { email, ...what } });
    const token = String(invited.body.link).split('#token=')[1] ?? '';
    const page = browser();
    const joined = await page.ask('acceptInvitation', { body: { token, name: 'Somebody Else', password: PASSWORD } });
    if (joined.status !== 200) throw new Error(`${email} could not join: ${joined.text}`);
    return page;
  };

  return {
    ...{ site, slipway, db, app, browser, withToken, person },
    setupToken: async (): Promise<string> => (await makeSetupLink(slipway))?.token ?? '',
    audit: (what: string): Promise<{ who: string; target: string; result: string; from: string; details: object }[]> =>
      query(
        db,
        'select who, target, result, from_where as "from", details from ops.audit_log where what = $1 order by id',
        [what],
      ),
    close: async () => {
      await app.close();
      await site.remove();
    },
  };
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MILLISECONDS = 30_000;

/** The code that an app shows for an otpauth:// address (RFC 6238), `steps` away from now. */
export const codeOf = (address: string, steps = 0): string => {
  const secret = new URL(address).searchParams.get('secret') ?? '';
  const bits = [...secret.replace(/=+$/, '')].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MILLISECONDS) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};
