import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Fingerprint, failingCrons, fingerprintsOf, withoutValues } from './fingerprints.ts';
import { judgeWatch, type Watched } from './judge-watch.ts';

/** Written by Odoo 19.0 in November 2026: wrong calls of /json/2, a broken page, a failing cron, and its database going away. */
const RECORDED = readFileSync(
  join(import.meta.dirname, '../../../../../test/fixtures/odoo-logs/serving-19.0.txt'),
  'utf8',
).split('\n');

describe('fingerprints of a real log', () => {
  const found = fingerprintsOf(RECORDED);

  test('are one for each kind of error, counted, with where it was raised', () => {
    expect(found.map(({ count, logger, text }) => `${count} ${logger}: ${text}`)).toMatchSnapshot();
  });

  test('are the same when it happens later, to another record, in another release', () => {
    const later = RECORDED.map((line) =>
      line
        .replace(/^2026-11-21 17:/, '2027-01-02 03:')
        .replace(/line \d+, in/, 'line 7, in')
        .replace(/\((?:6|7), null/, '(123456, null')
        .replace(/(#|server\()90\b/, '$191')
        .replace(/order [\d.]+ has/, 'order 17.25 has'),
    );

    expect(later).not.toEqual(RECORDED);
    expect(fingerprintsOf(later)).toEqual(found);
  });

  test('hold no row of the database: what a failing query says of its values is left out', () => {
    const texts = found.map(({ text }) => text).join('\n');

    expect(texts).toContain('violates check constraint "res_partner_check_name"');
    expect(texts).not.toMatch(/Failing row|INSERT INTO|contact/);
  });

  test('leave out what a user did wrong, which Odoo warns of', () => {
    expect(found.every(({ text }) => !text.includes('Contacts require a name'))).toBe(true);
    expect(fingerprintsOf(RECORDED.filter((line) => / (WARNING|INFO) /.test(line)))).toEqual([]);
  });
});

test('values are taken out of a text, names of fields and models are not', () => {
  expect(withoutValues("Invalid field 'nope' in 'res.partner'")).toBe("Invalid field 'nope' in 'res.partner'");
  expect(withoutValues("No 'INV/2026/0017' for jane@firma.test, id 42")).toBe("No '…' for …@…, id #");
  expect(withoutValues('key 3f2b8c1e-9d40-4c11-8a55-0f6d1e2a3b4c, hash 04facba0d1')).toBe('key …, hash …');
  expect(withoutValues('res.partner(99999,) took 12.5 s at 2026-11-21 17:48:57')).toBe(
    'res.partner(#,) took # s at # #',
  );
});

describe('failing crons', () => {
  test('are counted once for each failure, although Odoo says it twice', () => {
    expect(failingCrons(RECORDED)).toEqual([{ name: 'Nightly sums', failures: 1 }]);
  });

  test('are known by either of the two lines', () => {
    const said = RECORDED.filter((line) => line.includes('ir_cron'));

    expect(failingCrons(said.filter((line) => line.includes(' ERROR ')))).toEqual([
      { name: 'Nightly sums', failures: 1 },
    ]);
    expect(failingCrons(said.filter((line) => line.includes(' INFO ')))).toEqual([
      { name: 'Nightly sums', failures: 1 },
    ]);
  });

  test('are no other lines that speak of a job', () => {
    expect(failingCrons(RECORDED.filter((line) => line.includes('Auto-vacuum')))).toEqual([]);
  });
});

describe('the watch after a deployment', () => {
  const quiet: Watched = { seconds: 600, requests: 1000, serverErrors: 0, p95: 120, errors: [], failingCrons: [] };
  const error = (more: Partial<Fingerprint> = {}): Fingerprint => ({
    id: 'a',
    level: 'ERROR',
    logger: 'odoo.http',
    text: 'ValueError: no',
    count: 3,
    ...more,
  });
  const judge = (present: Partial<Watched>, baseline: Partial<Watched> = {}) =>
    judgeWatch({ ...quiet, ...baseline }, { ...quiet, ...present });

  test('keeps what is as it was', () => {
    expect(judge({})).toEqual({ decision: 'keep', about: [], why: [], remarks: [] });
    expect(
      judge({ errors: [error({ count: 500 })], serverErrors: 40 }, { errors: [error()], serverErrors: 20 }).decision,
    ).toBe('keep');
  });

  test('goes back for an error that was not there before, when it comes again and again', () => {
    expect(judge({ errors: [error()] })).toEqual({
      decision: 'roll back',
      about: ['new errors'],
      why: ['an error that was not there before, 3 times: odoo.http: ValueError: no'],
      remarks: [],
    });
    expect(judge({ errors: [error({ count: 1 })] })).toEqual({
      decision: 'keep',
      about: [],
      why: [],
      remarks: ['an error that was not there before, once: odoo.http: ValueError: no'],
    });
  });

  test.each([
    'could not serialize access due to concurrent update',
    'deadlock detected',
    'duplicate key value violates unique constraint "res_users_login_key"',
    'null value in column "name" of relation "res_partner" violates not-null constraint',
  ])('notes, and no more, what Odoo deals with although it writes it as an error: %s', (says) => {
    const lines = Array.from(
      { length: 9 },
      (_, second) =>
        `2026-11-21 10:00:0${second},000 1 ERROR shop odoo.sql_db: bad query: UPDATE x SET y = ${second}\nERROR: ${says}`,
    ).flatMap((text) => text.split('\n'));
    const { decision, remarks } = judge({ errors: fingerprintsOf(lines) });

    expect([decision, remarks]).toEqual([
      'keep',
      [expect.stringContaining(`9 times: odoo.sql_db: bad query: ${says}`)],
    ]);
    const others = lines.map((line) => line.replace(says, 'column "nope" does not exist'));
    expect(judge({ errors: fingerprintsOf(others) }).decision).toBe('roll back');
  });

  test('goes back for one critical error', () => {
    expect(judge({ errors: [error({ level: 'CRITICAL', count: 1 })] }).decision).toBe('roll back');
  });

  test('goes back for a rate of failing answers that was not there before, and not for a few', () => {
    expect(judge({ serverErrors: 30 })).toMatchObject({
      decision: 'roll back',
      why: ['30 of 1000 requests answered 500 or above (3 %, before 0 %)'],
    });
    expect(judge({ requests: 100, serverErrors: 4 })).toMatchObject({
      decision: 'keep',
      remarks: [expect.stringContaining('4 of 100')],
    });
    expect(judge({ serverErrors: 30 }, { serverErrors: 12 }).decision).toBe('keep');
    expect(judge({ serverErrors: 10 }).decision).toBe('keep');
    expect(judge({ requests: 0, serverErrors: 0, p95: null }).decision).toBe('keep');
  });

  test('goes back when it has become slow, and not when it always was or when few have asked', () => {
    expect(judge({ p95: 900 })).toMatchObject({
      decision: 'roll back',
      why: ['p95 900 ms over 1000 requests, before 120 ms'],
    });
    expect(judge({ p95: 400 }).decision).toBe('keep');
    expect(judge({ p95: 900 }, { p95: 600 }).decision).toBe('keep');
    expect(judge({ p95: 900, requests: 20 })).toMatchObject({
      decision: 'keep',
      remarks: [expect.stringContaining('p95 900 ms')],
    });
    expect(judge({ p95: 900 }, { requests: 3 })).toMatchObject({
      decision: 'keep',
      remarks: [expect.stringContaining('too little is known')],
    });
  });

  test('goes back for a scheduled action that fails twice and did not before', () => {
    const cron = { name: 'Nightly sums', failures: 2 };

    expect(judge({ failingCrons: [cron] })).toMatchObject({
      decision: 'roll back',
      why: ['scheduled action "Nightly sums" failed 2 times, and did not before'],
    });
    expect(judge({ failingCrons: [cron] }, { failingCrons: [cron] }).decision).toBe('keep');
    expect(judge({ failingCrons: [{ ...cron, failures: 1 }] })).toMatchObject({
      decision: 'keep',
      remarks: [expect.stringContaining('once')],
    });
  });

  test('has nothing to go back to after the first deployment', () => {
    expect(judgeWatch(null, { ...quiet, serverErrors: 1000, errors: [error({ count: 99 })] }).decision).toBe('keep');
  });

  test('tells everything that speaks for going back', () => {
    expect(judge({ serverErrors: 300, p95: 5000, errors: [error()] }).why).toHaveLength(3);
  });

  test('goes back for the recorded errors, which the version before did not have', () => {
    const errors = fingerprintsOf([...RECORDED, ...RECORDED]);
    const { decision, why } = judge({ errors, failingCrons: failingCrons([...RECORDED, ...RECORDED]) });

    expect(decision).toBe('roll back');
    expect(why.join('\n')).toContain("ValueError: Invalid field 'nope' in 'res.partner'");
    expect(why.join('\n')).toContain('"Nightly sums" failed 2 times');
  });
});
