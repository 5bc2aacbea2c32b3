import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SmokeHttp } from './request.ts';
import { runSmoke } from './run-smoke.ts';
import { type Examined, examine, resultOf, subjectFor } from './testing/examine.ts';
import { FakeOdoo, FORM, json, page, sends } from './testing/fake-odoo.ts';

/** Short, since every test runs every check. */
const SHORT = { probe: { requests: 5 } };
const ADMIN = { user: 'admin', password: { reveal: () => 'right' } };

let odoo: FakeOdoo;
let url: URL;
beforeEach(async () => {
  odoo = new FakeOdoo();
  url = await odoo.open();
});
afterEach(() => odoo.close());

const of = async (check: string, { smoke = {}, ...examined }: Examined = {}): Promise<string> => {
  const result = await resultOf(url, check, { ...examined, smoke: { ...SHORT, ...(smoke as object) } });
  return `${result?.state}: ${result?.measured}`;
};
const fixOf = async (check: string, examined: Examined = {}): Promise<string> =>
  (await resultOf(url, check, { smoke: SHORT, ...examined }))?.fix ?? '';

describe('an Odoo that is well', () => {
  it('passes everything, and says what was found', async () => {
    const results = await examine(url, {
      smoke: { ...SHORT, paths: [{ path: '/web/assets/1/lazy.min.js', text: '1;' }] },
      series: '19.0',
      database: 'shop',
      login: ADMIN,
      apiKey: { reveal: () => 'key' },
      log: async () => ({ lines: 40, errors: [] }),
    });

    expect(results.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'health pass',
      'login-page pass',
      'assets pass',
      'main-page pass',
      'database-selector pass',
      'websocket pass',
      'log-in pass',
      'api pass',
      'modules pass',
      'models pass',
      'path /web/assets/1/lazy.min.js pass',
      'load pass',
      'log-errors pass',
    ]);
    expect(results.every(({ fix, measured }) => fix === null && measured !== '')).toBe(true);
  });

  it('needs no login: what wants one is skipped, and says so', async () => {
    const results = await examine(url, { smoke: SHORT });

    expect(
      results.filter(({ state }) => state === 'skipped').map(({ check, measured }) => `${check}: ${measured}`),
    ).toEqual([
      'log-in: no login was given',
      'api: no API key was given',
      'modules: no login was given',
      'models: no login was given',
      'log-errors: the log is not known from here',
    ]);
    expect(results.some(({ state }) => state === 'fail')).toBe(false);
  });
});

describe('health', () => {
  it.each([
    [
      'the database server is away',
      json({ status: 'fail', db_server_status: false }, 500),
      'fail: 500, status "fail"',
      'does not reach its database server',
    ],
    [
      'a page of something else',
      page('Welcome to nginx!'),
      'fail: 200, no JSON: "<!DOCTYPE html>',
      'what stands before it',
    ],
    ['another status in the JSON', json({ status: 'warn' }), 'fail: 200, status "warn"', 'not what Odoo answers'],
    ['nothing at all', { breaks: true }, 'fail: socket hang up', 'Is Odoo running'],
  ])('fails on %s', async (_, answer, measured, fix) => {
    odoo.answers.set('/web/health', () => answer);

    expect(await of('health')).toContain(measured);
    expect(await fixOf('health')).toContain(fix);
  });

  it('is the login page of a series that has none', async () => {
    odoo.answers.set('/web/health', () => ({ status: 404 }));

    expect(await of('health', { series: '14.0' })).toBe(
      'pass: 200 of /web/login: Odoo 14.0 has no page for its health',
    );
  });
});

describe('the login page', () => {
  it.each([
    ['a database that does not load', { status: 500 }, 'fail: answers 500'],
    ['no database that was chosen', sends('/web/database/selector'), 'fail: it sends to /web/database/selector'],
    ['a page without a form', page('Maintenance'), 'fail: "Odoo" has no field login, password, csrf_token'],
    [
      'another host',
      sends('https://elsewhere.example/web/login'),
      'fail: /web/login sends to another address: https://elsewhere.example',
    ],
    [
      'the same host without its port, as an Odoo does that does not know of its proxy',
      sends('http://127.0.0.1/web/login'),
      'fail: /web/login sends to another address: http://127.0.0.1',
    ],
    ['a circle', sends('/web/login'), 'fail: /web/login sends in a circle: 5 redirects, the last to /web/login'],
    ['an address that is none', sends('http://['), 'fail: /web/login sends to "http://[", which is no address'],
  ])('fails on %s', async (_, answer, measured) => {
    odoo.answers.set('/web/database/selector', () => page('Choose'));
    odoo.answers.set('/web/login', () => answer);

    expect(await of('login-page')).toBe(measured);
  });

  it('fails when the form is for another database than is meant', async () => {
    odoo.answers.set('/web/login', () => page(`${FORM}<input type="hidden" name="db" value="test"/>`));

    expect(await of('login-page', { database: 'shop' })).toBe('fail: the form is for the database "test"');
    expect(await of('login-page')).toContain('pass');
  });

  it('fails when the database that is meant is not served here', async () => {
    odoo.answers.set('/json/2/res.users/context_get', () => ({
      status: 404,
      body: '<p>No database is selected and …',
    }));

    expect(await of('login-page', { database: 'shop' })).toBe('fail: the database shop is not served here');
  });
});

describe('styles and scripts', () => {
  it.each([
    ['is not there', '/web/assets/1/minimal.min.js', { status: 404 }, '/web/assets/1/minimal.min.js answers 404'],
    ['is a page', '/web/assets/1/lazy.min.js', page(''), '/web/assets/1/lazy.min.js is text/html; charset=utf-8'],
    [
      'is empty',
      '/web/assets/2/web.assets_frontend.min.css',
      { headers: { 'content-type': 'text/css' } },
      '/web/assets/1/web.assets_frontend.min.css is empty',
    ],
    ['breaks off', '/web/assets/1/minimal.min.js', { breaks: true }, '/web/assets/1/minimal.min.js: socket hang up'],
  ])('fail when one %s', async (_, path, answer, measured) => {
    odoo.answers.set(path, () => answer);

    expect(await of('assets')).toBe(`fail: 1 of 3 do not load: ${measured}`);
  });

  it('fail when the page names none, and leave those of others alone', async () => {
    odoo.answers.set('/web/login', () => page('<script src="https://cdn.example/x.js"></script>'));
    expect(await of('assets')).toBe('fail: the login page names no styles and no scripts');
  });

  it('are skipped when there is no login page', async () => {
    odoo.answers.set('/web/login', () => ({ status: 503 }));

    expect(await of('assets')).toBe('skipped: the login page does not answer');
  });
});

describe('the main page', () => {
  it.each([
    ['an error', { status: 502 }, 'fail: / answers 502'],
    ['no page', json({}), 'fail: / answers no page'],
    ['another address', sends('http://test.example/'), 'fail: / sends to another address: http://test.example'],
  ])('fails on %s', async (_, answer, measured) => {
    odoo.answers.set('/', () => answer);

    expect(await of('main-page')).toBe(measured);
  });
});

describe('the database selector', () => {
  it('fails where strangers see it and should not, without naming a database', async () => {
    odoo.answers.set('/web/database/list', () => json({ result: ['shop', 'secret-project'] }));

    expect(await of('database-selector')).toBe('fail: enabled, 2 listed, wanted disabled');
    expect(await fixOf('database-selector')).toContain('list_db = False');
    expect(await of('database-selector', { smoke: { database_selector: 'enabled' } })).toBe('pass: enabled, 2 listed');
  });

  it('fails where it is wanted and refused', async () => {
    expect(await of('database-selector', { smoke: { database_selector: 'enabled' } })).toBe(
      'fail: disabled, wanted enabled',
    );
  });

  it('is disabled, too, where a proxy refuses it', async () => {
    odoo.answers.set('/web/database/list', () => ({ status: 403 }));

    expect(await of('database-selector')).toBe('pass: disabled');
  });

  it('fails when nobody can say', async () => {
    odoo.answers.set('/web/database/list', () => ({ status: 500 }));

    expect(await of('database-selector')).toBe('fail: /web/database/list: answers 500');
  });
});

describe('the websocket', () => {
  it.each([
    [400, 'The proxy has to hand on the headers'],
    [404, 'bus is not installed'],
    [500, 'gevent_port'],
  ])('fails when the upgrade is answered with %i', async (status, fix) => {
    odoo.upgrade = status;

    expect(await of('websocket')).toBe(`fail: the upgrade is answered with ${status}`);
    expect(await fixOf('websocket')).toContain(fix);
  });

  it('is asked for with the origin that browsers send', async () => {
    await of('websocket');

    expect(odoo.seen.find(({ method }) => method === 'UPGRADE')?.headers).toMatchObject({
      origin: url.origin,
      upgrade: 'websocket',
    });
  });

  it('is waited for where pages answer already, and its process does not', async () => {
    let tried = 0;
    const http = subjectFor(url).http;
    const late: SmokeHttp = async (request, signal) =>
      request.upgrade && ++tried < 3
        ? { error: 'connect ECONNREFUSED 10.0.0.2:8072', milliseconds: 1 }
        : http(request, signal);
    const { signal } = new AbortController();
    const subject = { ...subjectFor(url, { smoke: SHORT }), http: late, signal, now: () => performance.now() };
    const found: string[] = [];
    for await (const event of runSmoke(subject))
      if (event.kind === 'result' && event.result.check === 'websocket') found.push(event.result.state);

    expect([found, tried]).toEqual([['pass'], 3]);
  });

  it('is not asked of a series that has none', async () => {
    expect(await of('websocket', { series: '15.0' })).toBe('skipped: Odoo 15.0 has no websocket');
  });
});
