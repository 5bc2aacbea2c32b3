/** The second factor, and what whoever guesses meets. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { query } from '../../packages/server/src/store/queryable.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { codeOf, openPeopleApi, PASSWORD } from './people-site.ts';

let shop: Shop;
let api: Awaited<ReturnType<typeof openPeopleApi>>;
beforeAll(async () => {
  shop = await makeShop();
  api = await openPeopleApi(inject('postgresUrl'), shop);
  await api.person('root@example.com', { installation: true });
});
afterAll(async () => {
  await api?.close();
  await shop?.remove();
});

let people = 0;
const someone = async () => {
  people += 1;
  const email = `someone-${people}@example.com`;
  return { email, page: await api.person(email) };
};

describe('the second factor', () => {
  const forgetCodes = () => query(api.db, "delete from ops.verifications where identifier = 'used-code'");
  const switchOn = async () => {
    const { page, email } = await someone();
    const begun = await page.ask('enableSecondFactor', { body: { password: PASSWORD } });
    const { address, recoveryCodes } = begun.body as { address: string; recoveryCodes: string[] };
    const ended = await page.ask('signInCode', { body: { code: codeOf(address) } });
    expect([begun.status, ended.body]).toEqual([200, { signedIn: true }]);
    return { page, email, address, recoveryCodes };
  };

  test('is on after the first code, and the password alone opens nothing any more', async () => {
    const { page, email, address } = await switchOn();
    const other = api.browser();
    // The code that ended switching it on is used up: the app shows the next one by and by.
    await forgetCodes();

    const first = await other.signIn(email);

    expect(first.body).toEqual({ signedIn: false });
    expect((await page.ask('me')).body.user.twoFactor).toBe(true);
    expect((await other.ask('me')).status).toBe(401);
    expect((await other.ask('signInCode', { body: { code: codeOf(address, 40) } })).body.code).toBe(
      'second-factor-wrong',
    );
    expect((await other.ask('signInCode', { body: { code: codeOf(address) } })).body).toEqual({ signedIn: true });
    expect((await other.ask('me')).body.user.email).toBe(email);
    expect((await api.audit('second-factor.enable')).map(({ who }) => who)).toContain(email);
    expect((await api.audit('sign-in')).at(-1)).toMatchObject({ who: email, details: { with: 'code' } });
  });

  test('a code that was used is worth nothing, even while it is on the screen', async () => {
    const { email, address } = await switchOn();
    await forgetCodes();
    const use = async (code: string) => {
      const page = api.browser();
      await page.signIn(email);
      return { page, answer: await page.ask('signInCode', { body: { code } }) };
    };
    const code = codeOf(address);

    expect((await use(code)).answer.body).toEqual({ signedIn: true });
    const { page, answer } = await use(code);
    expect([answer.status, answer.body.code]).toEqual([401, 'second-factor-wrong']);
    expect([(await page.ask('me')).status, answer.headers['set-cookie']]).toEqual([401, undefined]);
    expect((await api.audit('second-factor')).at(-1)).toMatchObject({ target: email, result: 'used-before' });
  });

  test('is not on before the first code', async () => {
    const { page, email } = await someone();
    await page.ask('enableSecondFactor', { body: { password: PASSWORD } });

    expect((await api.browser().signIn(email)).body).toEqual({ signedIn: true });
  });

  test('a code without a password before it is worth nothing', async () => {
    const { address } = await switchOn();

    const answer = await api.browser().ask('signInCode', { body: { code: codeOf(address) } });

    expect([answer.status, answer.body.code]).toEqual([401, 'second-factor-wrong']);
  });

  test('a recovery code opens it once', async () => {
    const { email, recoveryCodes } = await switchOn();
    const [code = ''] = recoveryCodes;
    const use = async () => {
      const page = api.browser();
      await page.signIn(email);
      return page.ask('signInRecovery', { body: { code } });
    };

    expect(recoveryCodes.length).toBeGreaterThanOrEqual(8);
    expect((await use()).body).toEqual({ signedIn: true });
    expect((await use()).body.code).toBe('second-factor-wrong');
  });

  test('guessing codes ends with a few', async () => {
    const { email, address } = await switchOn();
    const page = api.browser();
    await page.signIn(email);
    for (let i = 0; i < 5; i++) await page.ask('signInCode', { body: { code: codeOf(address, 50 + i) } });

    // The right one, too late.
    expect((await page.ask('signInCode', { body: { code: codeOf(address) } })).status).toBe(401);
    expect((await page.ask('me')).status).toBe(401);
  });

  test('goes with the password only, and leaves the other way in as it was', async () => {
    const { page, email, recoveryCodes } = await switchOn();

    expect((await page.ask('disableSecondFactor', { body: { password: 'not that one' } })).body.code).toBe(
      'password-wrong',
    );
    expect((await page.ask('enableSecondFactor', { body: { password: PASSWORD } })).body.code).toBe(
      'second-factor-state',
    );
    const renewed = (await page.ask('renewRecoveryCodes', { body: { password: PASSWORD } })).body
      .recoveryCodes as string[];
    expect(renewed).not.toContain(recoveryCodes[0]);
    expect((await page.ask('disableSecondFactor', { body: { password: PASSWORD } })).body).toEqual({ done: true });
    expect((await api.browser().signIn(email)).body).toEqual({ signedIn: true });
  });

  test('neither its secret nor its codes lie readable in the database', async () => {
    const { address, recoveryCodes } = await switchOn();
    const secret = new URL(address).searchParams.get('secret') ?? '';
    const kept = JSON.stringify(await query(api.db, 'select * from ops.two_factors'));

    expect(secret.length).toBeGreaterThan(20);
    for (const word of [secret, ...recoveryCodes]) expect(kept).not.toContain(word);
  });
});

describe('whoever guesses passwords', () => {
  test('of one account is made to wait longer and longer, also from many addresses, and so is its owner', async () => {
    const { email } = await someone();
    const guess = () => api.browser().signIn(email, 'guess number 1');
    for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(401);

    const shut = await guess();

    expect([shut.status, shut.body.code, shut.body.facts.seconds]).toEqual([429, 'too-many-attempts', 30]);
    expect((await api.browser().signIn(email)).status).toBe(429);
    api.site.clock.advance(31_000);
    expect((await guess()).status).toBe(401);
    expect((await guess()).body.facts.seconds).toBe(60);
    api.site.clock.advance(61_000);
    expect((await api.browser().signIn(email)).body).toEqual({ signedIn: true });
    expect((await guess()).status).toBe(401);
  });

  test('of an address that nobody has is told the same', async () => {
    for (let i = 0; i < 5; i++) await api.browser().signIn('ghost@example.com', 'guess number 1');

    expect((await api.browser().signIn('ghost@example.com')).body.code).toBe('too-many-attempts');
  });

  test('with many at the same moment gets no more than one after the other', async () => {
    const { email } = await someone();

    const answers = await Promise.all(Array.from({ length: 12 }, () => api.browser().signIn(email, 'guess number 1')));

    expect(answers.filter(({ status }) => status === 401).length).toBe(5);
  });

  test('from one address has an end, whatever accounts are tried', async () => {
    const page = api.browser();
    const tried: number[] = [];
    for (let i = 0; i < 22; i++) tried.push((await page.signIn(`account-${i}@example.com`)).status);

    expect(tried.filter((status) => status === 401).length).toBe(20);
    expect(tried.at(-1)).toBe(429);
    expect((await api.browser().signIn('account-1@example.com')).status).toBe(401);
  });
});
