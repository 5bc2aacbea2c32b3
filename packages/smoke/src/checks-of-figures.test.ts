import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Inventory } from './check.ts';
import { percentile } from './checks/load.ts';
import { type Examined, examine, resultOf } from './testing/examine.ts';
import { FakeOdoo, FORM, json, page, refusal, sends } from './testing/fake-odoo.ts';

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

describe('login and a call', () => {
  it('fails on a wrong password', async () => {
    expect(await of('log-in', { login: { user: 'admin', password: { reveal: () => 'wrong' } } })).toBe(
      'fail: login as admin: the form came back: wrong user or password',
    );
  });

  it.each([
    ['a second factor', '/web/login', sends('/web/login/totp'), 'it asks for a second factor'],
    ['an error', '/web/login', { status: 500 }, 'the form was answered with 500'],
    [
      'a session that cannot call',
      '/web/session/get_session_info',
      refusal('SessionExpiredException'),
      'logged in, but the first call of the session failed: SessionExpiredException',
    ],
    [
      'a session of nobody',
      '/web/session/get_session_info',
      json({ result: { uid: null } }),
      'logged in, but the session belongs to nobody',
    ],
    [
      'an answer that is no JSON',
      '/web/session/get_session_info',
      page(''),
      'logged in, but the first call of the session failed: answers no JSON of Odoo',
    ],
  ])('fails on %s', async (_, path, answer, why) => {
    odoo.answers.set(path, ({ method }) => (path === '/web/login' && method === 'GET' ? page(FORM) : answer));

    expect(await of('log-in', { login: ADMIN })).toBe(`fail: login as admin: ${why}`);
  });

  it('fails on another database than is meant', async () => {
    expect(await of('log-in', { login: ADMIN, database: 'other' })).toBe('fail: logged in to shop instead of other');
  });

  it('logs in once for all checks, and the password stands nowhere but in the form', async () => {
    const results = await examine(url, { smoke: SHORT, login: ADMIN });

    expect(
      odoo.seen.filter(({ method, url: path }) => method === 'POST' && path.startsWith('/web/login')),
    ).toHaveLength(1);
    expect(JSON.stringify(results)).not.toContain('right');
  });
});

describe('the API key', () => {
  it.each([
    ['a wrong key', json({ message: 'Invalid apikey' }, 401), 'fail: answers 401: Invalid apikey', 'make another'],
    ['no Odoo 19', { status: 404 }, 'fail: answers 404', 'no Odoo 19'],
    ['an error', { status: 500, body: 'x' }, 'fail: answers 500', "Odoo's log"],
    ['something that is no user', json({ uid: false }), 'fail: answers 200', "Odoo's log"],
  ])('fails on %s', async (_, answer, measured, fix) => {
    const apiKey = { reveal: () => 'sk-very-secret' };
    odoo.answers.set('/json/2/res.users/context_get', () => answer);
    const result = await resultOf(url, 'api', { smoke: SHORT, apiKey });

    expect(`${result?.state}: ${result?.measured}`).toBe(measured);
    expect(result?.fix).toContain(fix);
    expect(JSON.stringify(result)).not.toContain('sk-very');
  });

  it('is not tried with a series that has no such API', async () => {
    expect(await of('api', { series: '18.0', apiKey: { reveal: () => 'key' } })).toBe(
      'skipped: Odoo 18.0 has no /json/2',
    );
  });
});

describe('modules and models', () => {
  const inventory = (more: Partial<Inventory>) => async () => ({
    modules: 30,
    models: 400,
    unfinished: [],
    missing: [],
    ...more,
  });

  it('are counted by SQL where somebody can, else by the login', async () => {
    expect(await of('modules', { inventory: inventory({}), login: ADMIN })).toBe('pass: 30 installed');
    expect(await of('modules', { login: ADMIN })).toBe('pass: 27 installed');
    expect(await of('models', { inventory: inventory({}) })).toBe('pass: 400 registered');
    expect(await of('models', { login: ADMIN })).toBe('pass: 223 registered');
  });

  it.each([
    [
      'one is between two states',
      inventory({ unfinished: ['shop (to upgrade)'] }),
      'fail: unfinished: shop (to upgrade)',
    ],
    [
      'some are missing',
      inventory({ missing: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }),
      'fail: not installed: a, b, c, d, e and 2 more',
    ],
    ['there are none', inventory({ modules: 0 }), 'fail: 0 installed, at least 1 wanted'],
  ])('fail when %s', async (_, found, measured) => {
    expect(await of('modules', { inventory: found })).toBe(measured);
  });

  it('fail by the login, too, when one is between two states', async () => {
    const PATH = '/web/dataset/call_kw/ir.module.module/search_count';
    odoo.answers.set(PATH, ({ body }) => json({ result: body.includes('to upgrade') ? 2 : 27 }));

    expect(await of('modules', { login: ADMIN })).toBe('fail: 2 unfinished');
  });

  it('fail below what slipway.yaml wants', async () => {
    const smoke = { thresholds: { modules: 40, models: 500 } };

    expect(await of('modules', { login: ADMIN, smoke })).toBe('fail: 27 installed, at least 40 wanted');
    expect(await of('models', { login: ADMIN, smoke })).toBe('fail: 223 registered, at least 500 wanted');
  });

  it('are skipped where the user may not count them', async () => {
    odoo.answers.set('/web/dataset/call_kw/ir.model/search_count', () => refusal('AccessError'));

    expect(await of('models', { login: ADMIN })).toBe('skipped: user 2 may not count ir.model: AccessError');
  });
});

describe("the project's own paths", () => {
  const own = async (path: object): Promise<string> =>
    of('path /api/v1/health', { smoke: { paths: [{ path: '/api/v1/health', ...path }] } });

  it('pass with the status, the text and the time that are wanted', async () => {
    odoo.answers.set('/api/v1/health', () => json({ ok: true }, 201));

    expect(await own({ status: 201, text: '"ok":true', maximum_ms: 5000 })).toContain('pass: 201 in ');
  });

  it.each([
    ['another status', {}, { status: 500 }, 'fail: answers 500, wanted 200'],
    ['a redirect, which is not followed', {}, sends('/web/login'), 'fail: answers 303, wanted 200'],
    ['text that is not there', { text: 'ready' }, json({ ok: true }), 'fail: 200, without the text "ready"'],
    ['a broken line', {}, { breaks: true }, 'fail: socket hang up'],
  ])('fail on %s', async (_, wanted, answer, measured) => {
    odoo.answers.set('/api/v1/health', () => answer);

    expect(await own(wanted)).toBe(measured);
  });

  it('fail when they take longer than is wanted', async () => {
    odoo.answers.set('/api/v1/health', () => ({ ...json({}), after: 60 }));

    expect(await own({ maximum_ms: 20 })).toMatch(/^fail: \d+ ms, at most 20 wanted$/);
  });
});

describe('latency and errors', () => {
  it('fail when one request of the probe fails, and count it', async () => {
    let asked = 0;
    odoo.answers.set('/probe', () => ({ status: ++asked === 3 ? 500 : 200 }));

    expect(await of('load', { smoke: { probe: { path: '/probe', requests: 20 } } })).toMatch(
      /^fail: p95 \d+ ms, median \d+ ms, 1 of 20 requests failed; at most 0.1 % wanted$/,
    );
  });

  it('put up with as many failures as slipway.yaml says', async () => {
    let asked = 0;
    odoo.answers.set('/probe', () => ({ status: ++asked === 3 ? 500 : 200 }));

    expect(
      await of('load', { smoke: { probe: { path: '/probe', requests: 20 }, thresholds: { error_percent: 5 } } }),
    ).toContain('pass');
  });

  it('fail when it is slow', async () => {
    odoo.answers.set('/probe', () => ({ after: 30 }));

    expect(await of('load', { smoke: { probe: { path: '/probe', requests: 5 }, thresholds: { p95_ms: 10 } } })).toMatch(
      /^fail: .*; p95 of at most 10 ms wanted$/,
    );
  });

  it('do not count what is made at the first request only', async () => {
    let asked = 0;
    odoo.answers.set('/probe', () => (++asked === 1 ? { after: 400 } : {}));

    expect(
      await of('load', { smoke: { probe: { path: '/probe', requests: 5 }, thresholds: { p95_ms: 300 } } }),
    ).toContain('pass');
  });

  it('send no more at a time, and no more in all, than they say', async () => {
    let [now, most, asked] = [0, 0, 0];
    odoo.answers.set('/probe', () => {
      [now, asked] = [now + 1, asked + 1];
      most = Math.max(most, now);
      setTimeout(() => (now -= 1), 15);
      return { after: 15 };
    });
    await of('load', { smoke: { probe: { path: '/probe', requests: 12, concurrency: 3 } } });

    expect([most, asked]).toEqual([3, 13]);
  });

  it('take the 95th percentile by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

    expect([percentile(hundred, 95), percentile([7], 95), percentile([], 95), percentile([3, 1, 2], 50)]).toEqual([
      95, 7, 0, 2,
    ]);
  });
});

describe('errors in the log', () => {
  it('fail above what is put up with', async () => {
    const log = async () => ({ lines: 120, errors: ['ValueError: no', 'KeyError: x'] });

    expect(await of('log-errors', { log })).toBe('fail: 2 in the last 120 lines, at most 0 wanted: ValueError: no');
    expect(await of('log-errors', { log, smoke: { thresholds: { log_errors: 2 } } })).toBe(
      'pass: 2 in the last 120 lines',
    );
  });
});
