import type { AttemptView, MailViewInList } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GithubBehindPrism, startGithubBehindPrism } from '../fakes/github/behind-prism.ts';
import { commentSaying } from './comments.ts';
import { Installation } from './installation.ts';

/** The main job, for real: real Odoo, real PostgreSQL, real containers; only GitHub is ours, behind its official description. */
describe('a pull request', () => {
  let github: GithubBehindPrism;
  let slipway: Installation;
  const VIEW = 'addons/shop_order/views/hello.xml';

  beforeAll(async () => {
    github = await startGithubBehindPrism();
    github.fake.tokens.set('ghp_test', 'slipway-bot');
    github.fake.permissions.set('acme/shop ada', 'write');
    slipway = new Installation(github.url);
    await slipway.prepare();
    await slipway.start();
    await slipway.api('POST', '/projects', { folder: slipway.shop });
  });

  afterAll(async () => {
    await slipway?.remove();
    await github?.close();
  });

  const commentOf = (number: number, wanted: RegExp): Promise<string> => commentSaying(github, number, wanted);

  it('gets a URL with its own database, is updated by a push, and leaves nothing when it closes', async () => {
    const first = slipway.commit('greeting', 'Greet', { [VIEW]: ['Welcome to the shop', 'Good morning'] });

    const answer = await slipway.deliver('pull_request', {
      action: 'opened',
      number: 7,
      branch: 'greeting',
      sha: first,
    });
    expect(answer.status).toBe(202);
    const live = await slipway.until(7, (view) => view.state === 'live' || view.state === 'failed');
    expect(live).toMatchObject({ state: 'live', verdict: 'green', database: 'odoo_pr_7', sha: first, liveSha: first });
    expect(live.modules).toContainEqual(expect.objectContaining({ name: 'shop_order', action: 'update' }));
    expect((await slipway.get(live, '/web/login')).status).toBe(200);
    expect((await slipway.get(live, '/shop/hello')).text).toContain('Good morning');
    expect(await commentOf(7, /live/i)).toContain(live.url ?? 'no url');

    const second = slipway.commit('greeting', 'Greet later', { [VIEW]: ['Good morning', 'Good evening'] });
    await slipway.deliver('pull_request', { action: 'synchronize', number: 7, branch: 'greeting', sha: second });
    const updated = await slipway.until(7, (view) => view.liveSha === second && view.state === 'live');
    expect((await slipway.get(updated, '/shop/hello')).text).toContain('Good evening');
    expect(github.fake.comments.filter((one) => one.body.includes('pr-7'))).toHaveLength(1);
    const told = () => github.fake.statuses.some((one) => one.sha === second && one.state === 'success');
    await expect.poll(told, { timeout: 20_000 }).toBe(true);

    await slipway.deliver('pull_request', { action: 'closed', number: 7, branch: 'greeting', sha: second });
    const closed = await slipway.until(7, (view) => view.state === 'closed', 60);
    expect((await slipway.get(closed, '/web/login')).status).toBe(410);
    expect(await slipway.possessions(7)).toEqual([]);
    await commentOf(7, /closed/i);
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true, firstAltered: null });
  });

  it('is told what the guards found in it, once it serves', async () => {
    const token = ['ghp', '_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');
    const sha = slipway.commit('leaky', 'A token', { 'README.md': ['# shop', `# shop\n\nTOKEN=${token}`] });
    await slipway.deliver('pull_request', { action: 'opened', number: 22, branch: 'leaky', sha });
    const live = await slipway.until(22, (view) => view.state === 'live');

    expect(live).toMatchObject({ guards: { unfinished: null, errors: 1, first: [{ file: 'README.md', line: 3 }] } });
    const comment = await commentOf(22, /Guards: 1 error/);
    expect(comment).toContain('`README.md:3`');
    expect(comment).not.toContain(token);
    await slipway.deliver('pull_request', { action: 'closed', number: 22, branch: 'leaky', sha });
    await slipway.until(22, (view) => view.state === 'closed', 60);
  });

  it('sleeps, and wakes on one request, which is answered 200', async () => {
    const sha = slipway.commit('sleepy', 'Words', { 'README.md': ['# shop', '# the shop'] });
    await slipway.deliver('pull_request', { action: 'opened', number: 8, branch: 'sleepy', sha });
    await slipway.until(8, (view) => view.state === 'live');

    await slipway.api('POST', '/projects/shop/previews/8/sleep');
    const asleep = await slipway.until(8, (view) => view.state === 'sleeping', 60);

    expect((await slipway.get(asleep, '/web/login')).status).toBe(200);
    expect((await slipway.until(8, (view) => view.state === 'live', 30)).url).toBe(asleep.url);
  });

  it('sends its mails to the catcher and nowhere else, also while the control plane is away', async () => {
    const sha = slipway.commit('mails', 'Mails', { 'README.md': ['# shop', '# shop with mails'] });
    await slipway.deliver('pull_request', { action: 'opened', number: 19, branch: 'mails', sha });
    await slipway.until(19, (view) => view.state === 'live');
    const send = (subject: string): string =>
      slipway.inOdoo(
        19,
        `S = env['ir.mail_server']
build = getattr(S, '_build_email__', None) or S.build_email
S.send_email(build('shop@example.com', ['real.customer@example.com'], '${subject}', 'Guten Tag'))
import requests
try: print('OUT', requests.get('https://api.stripe.com/v1/charges', timeout=10).status_code)
except Exception as e: print('OUT', type(e).__name__)`,
      );

    expect(send('Angebot für Zoë')).toContain('OUT ProxyError');
    await slipway.kill();
    send('Rechnung');
    await slipway.start();

    const mails = await slipway.api<MailViewInList[]>('GET', '/environments/shop%2Fpr-19/mails');
    expect(mails.map(({ subject, recipients }) => [subject, recipients])).toEqual([
      ['Rechnung', ['real.customer@example.com']],
      ['Angebot für Zoë', ['real.customer@example.com']],
    ]);
    const attempts = () => slipway.api<AttemptView[]>('GET', '/environments/shop%2Fpr-19/egress');
    await expect
      .poll(async () =>
        (await attempts()).map(({ kind, host, outcome, count }) => `${kind} ${host} ${outcome} ${count}`).sort(),
      )
      .toEqual(['connect api.stripe.com refused 2', 'smtp mail.slipway.internal caught 2']);
  });

  it('that breaks a view says which module and why, and leaves nothing behind', async () => {
    const sha = slipway.commit('broken', 'Break', { [VIEW]: ['t-esc="orders"', 't-esc="orders'] });
    await slipway.deliver('pull_request', { action: 'opened', number: 9, branch: 'broken', sha });

    const failed = await slipway.until(9, (view) => view.state === 'failed');

    expect(failed.failure).toMatchObject({ code: 'odoo-install-failed', step: 'update-modules' });
    expect(failed.failure?.message).toContain('shop_order');
    expect(await commentOf(9, /failed/i)).toContain('shop_order');
    expect(await slipway.possessions(9)).toEqual([]);
    expect((await slipway.get(failed, '/')).text).toContain('update-modules');
  });

  it('with a failing test is live and red, and names the test', async () => {
    const test = 'addons/shop_order/tests/test_shop_order.py';
    const sha = slipway.commit('red', 'Wrong sum', { [test]: ['7.5', '8.5'], [VIEW]: ['Welcome', 'Hello'] });
    await slipway.deliver('pull_request', { action: 'opened', number: 10, branch: 'red', sha });

    const live = await slipway.until(10, (view) => view.state === 'live' || view.state === 'failed');

    expect(live).toMatchObject({ state: 'live', verdict: 'red' });
    await slipway.api('DELETE', '/projects/shop/previews/10');
    await slipway.until(10, (view) => view.state === 'closed', 60);
  });

  it('whose control plane is killed in the middle ends the same after a restart', async () => {
    const sha = slipway.commit('killed', 'Greet', { [VIEW]: ['Welcome to the shop', 'Still here'] });
    await slipway.deliver('pull_request', { action: 'opened', number: 11, branch: 'killed', sha });
    await slipway.until(11, (view) => view.state === 'testing', 120);

    await slipway.kill();
    await slipway.start();

    const live = await slipway.until(11, (view) => view.state === 'live' || view.state === 'failed');
    expect(live.state).toBe('live');
    expect((await slipway.get(live, '/shop/hello')).text).toContain('Still here');
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true });
    await slipway.api('DELETE', '/projects/shop/previews/11');
    await slipway.until(11, (view) => view.state === 'closed', 60);
    expect(await slipway.possessions(11)).toEqual([]);
  });

  it('from someone without write access gets no build and no secrets until it is approved', async () => {
    github.fake.permissions.set('acme/shop ada', 'read');
    const sha = slipway.commit('stranger', 'Hi', { 'README.md': ['# shop', '# a shop'] });
    await slipway.deliver('pull_request', { action: 'opened', number: 12, branch: 'stranger', sha });

    const blocked = await slipway.until(12, (view) => view.state === 'blocked', 30);

    expect(blocked.reason).toContain('no write access');
    expect(await slipway.possessions(12)).toEqual([]);
    github.fake.permissions.set('acme/shop ada', 'write');
  });
});
