import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '../flows/people-site.ts';
import { type DashboardStand, openDashboardStand, type Someone } from './dashboard-stand.ts';
import { inMail, odooUser, odooWindow, signIn, watchBuild } from './dashboard-steps.ts';

const PASSWORD = 'a lantern over the harbour';
const SOON = { timeout: 30_000 };
const PEOPLE = [
  { how: 'mouse', name: 'Ada Lovelace', email: 'ada@example.org', number: 7 },
  { how: 'keyboard', name: 'Grace Hopper', email: 'grace@example.org', number: 8 },
] as const;

/** The day of somebody who uses the dashboard, in a browser, over a Slipway as it runs: through the edge, with their own session. */
describe('the dashboard over real previews', () => {
  let stand: DashboardStand;

  beforeAll(async () => {
    stand = await openDashboardStand();
  });
  afterAll(() => stand?.close());

  describe.each(PEOPLE)('by $how', ({ how, name, email, number }) => {
    let me: Someone;
    let address = '';
    let recoveryCode = '';
    const branch = `change-${number}`;
    const credentials = { email, password: PASSWORD };

    beforeAll(async () => {
      me = await stand.someone(how);
    });
    afterAll(() => me?.context.close());

    it('makes the first account by the link that was printed, which works once', async () => {
      const link = await stand.setupLink();
      const late = await stand.someone(how);
      const fill = async ({ hands, page }: Someone, who: string, mail: string): Promise<void> => {
        await page.goto(link);
        await hands.type('Your name', who);
        await hands.type('E-mail address', mail);
        await hands.type('Password', PASSWORD);
      };
      await fill(late, 'Mallory', 'mallory@example.org');
      await fill(me, name, email);
      await me.hands.press('button', 'Make the account');
      await me.page.getByRole('heading', { name: 'shop' }).waitFor();
      expect(await me.page.getByRole('link', { name }).count()).toBe(1);

      await late.hands.press('button', 'Make the account');
      await late.page.getByRole('alert').waitFor();
      // Only what follows the # is another: that alone loads nothing.
      await late.page.goto('about:blank');
      await late.page.goto(link);
      await late.page.getByText('The first account exists already.').waitFor();
      await late.goTo('/projects/shop');
      await late.page.waitForURL(/\/sign-in/);
      expect(late.complaints).toEqual([]);
      await late.context.close();
    });

    it('signs in with a second factor, which a wrong code is not; and with a recovery code, once', async () => {
      const { hands, page } = me;
      await hands.press('link', name);
      await hands.press('button', 'Switch on');
      await hands.type('Your password', PASSWORD);
      await hands.press('button', 'Continue');
      const secret = page.locator('.second-factor code');
      address = `otpauth://totp/x?secret=${await secret.textContent()}`;
      await hands.type('First code of the app', codeOf(address));
      await hands.press('button', 'Switch on');
      const codes = page.getByRole('region', { name: 'Recovery codes' });
      recoveryCode = (await codes.getByRole('listitem').first().textContent()) ?? '';
      await hands.press('button', 'I have kept them');
      await hands.press('button', 'Sign out');

      await signIn(me, credentials);
      await hands.type('Code of your app', '000000');
      await hands.press('button', 'Continue');
      await page.getByRole('alert').getByText(/code/i).first().waitFor();
      // The one that the app shows next: the one before is used up.
      await hands.type('Code of your app', codeOf(address, 1));
      await hands.press('button', 'Continue');
      await page.getByRole('heading', { name: 'shop' }).waitFor();

      for (const works of [true, false]) {
        await hands.press('link', name);
        await hands.press('button', 'Sign out');
        await signIn(me, credentials);
        await hands.press('button', 'Use a recovery code');
        await hands.type('Recovery code', recoveryCode);
        await hands.press('button', 'Continue');
        if (works) await page.getByRole('heading', { name: 'shop' }).waitFor();
        else await page.getByRole('alert').getByText(/code/i).first().waitFor();
      }
      await hands.press('button', 'Use the code of your app');
      await stand.forgetCodes();
      await hands.type('Code of your app', codeOf(address));
      await hands.press('button', 'Continue');
      await page.getByRole('heading', { name: 'shop' }).waitFor();
    });

    it('sees a pull request come and watches it being built, without loading anything again', async () => {
      const { hands, page } = me;
      await page.evaluate('window.here = true');
      // A module is updated: all else of a preview can be over before somebody has looked.
      await stand.send('opened', number, stand.greet(number, `Welcome number ${number}`));
      const card = page.getByRole('article', { name: new RegExp(`^${branch},`) });
      await card.waitFor();
      await hands.press('link', /^Open preview/, card);

      const seen = await watchBuild(me);

      expect(seen.state).toBe('Succeeded');
      // The second is built of what the first has left, within few seconds.
      const [steps, lines] = how === 'mouse' ? [3, 2] : [1, 0];
      expect(seen.steps, 'steps that were seen to be done').toBeGreaterThan(steps);
      expect(seen.lines, 'times that lines were seen to come').toBeGreaterThan(lines);
      await hands.press('link', `pr-${number}`);
      await page.getByRole('heading', { name: `Change ${number}` }).waitFor();
      expect(await page.evaluate('window.here')).toBe(true);
      await hands.press('link', 'shop', page.getByRole('navigation', { name: 'Where this page is' }));
      await card.getByText('Live').waitFor();
      expect(await page.evaluate('window.here')).toBe(true);
    });

    it('opens the preview, and is logged in as its admin by one press, whose address works once', async () => {
      const { hands, page, context } = me;
      await hands.press('link', branch);
      const login = await odooWindow(me, () => hands.press('link', 'Open Odoo'));
      await login.locator('input[name=login]').waitFor();
      await login.close();

      const asked: string[] = [];
      context.on('request', (request) => {
        if (request.url().includes('/_slipway/connect')) asked.push(request.url());
      });
      const backend = await odooWindow(me, () => hands.press('button', 'Log in as admin'));
      await backend.locator('.o_main_navbar').waitFor();
      await expect.poll(() => odooUser(backend), SOON).toMatchObject({ username: 'admin', is_internal_user: true });
      expect(await backend.evaluate('window.opener')).toBeNull();
      await backend.close();

      const other = await stand.someone(how);
      const again = await other.page.goto(asked[0] ?? '');
      expect(again?.status()).toBe(410);
      await other.context.close();
      await page.bringToFront();
    });

    it('reads a mail that was caught: its page, its text, its source, what is attached', async () => {
      const { hands, page } = me;
      await hands.press('link', 'Mails', page.getByRole('navigation', { name: 'Inside this environment' }));
      await page.getByText('No mail was caught here').waitFor();

      stand.slipway.inOdoo(number, inMail(`Offer ${number} for Zoë`));

      await hands.press('link', `Offer ${number} for Zoë`);
      await page.getByText('real.customer@example.com').first().waitFor();
      const frame = page.frameLocator('iframe.mail-frame');
      expect(await frame.getByRole('heading', { name: 'Dear Zoë' }).count()).toBe(1);
      await hands.press('tab', 'Text');
      await page.getByText('Dear Zoë, in plain words').waitFor();
      await hands.press('tab', 'Source');
      await page.getByText(/^MIME-Version: 1\.0$/m).waitFor();
      const downloading = page.waitForEvent('download');
      await hands.press('link', 'offer.txt');
      const file = await downloading;
      expect(file.suggestedFilename()).toBe('offer.txt');
      expect(readFileSync(await file.path(), 'utf8')).toBe('Forty-two lanterns');
    });

    it('runs a command in a shell, and the audit log says who', async () => {
      const { hands, page } = me;
      await hands.press('link', 'Shells', page.getByRole('navigation', { name: 'Project' }));
      await hands.take(/^Environment: /, `#${number} ${branch}`);
      await page.getByRole('region', { name: `In #${number} ${branch}` }).waitFor();
      await hands.press('button', 'Open', page.getByRole('region', { name: `In #${number} ${branch}` }));
      const screen = page.locator('.xterm-rows').first();
      await expect.poll(() => screen.textContent(), SOON).toMatch(/[$#]/);
      await page.keyboard.type('echo it is $((6 * 7)) in $(hostname); psql -Atc "select current_database()"\n');
      await expect.poll(() => screen.textContent(), SOON).toContain('it is 42');
      await expect.poll(() => screen.textContent(), SOON).toContain(`odoo_pr_${number}`);
      await page.keyboard.press('F6');
      await hands.press('button', 'End it', page.getByRole('region', { name: `In #${number} ${branch}` }));
      await page.getByText(/^It has ended/).waitFor();

      await hands.press('link', 'Audit log');
      const row = page
        .getByRole('row')
        .filter({ hasText: 'shell.open' })
        .filter({ hasText: `shop/pr-${number}` });
      await row.getByText(email).waitFor();
    });

    it('makes a token that works until it is revoked', async () => {
      const { hands, page } = me;
      await hands.press('link', name);
      await hands.press('button', 'New token');
      await hands.type('Name', `ci-${how}`);
      await hands.press('button', 'Make the token');
      const shown = page.getByRole('region', { name: `Token ci-${how}` }).locator('code.foreign');
      const token = await shown.textContent();
      const ask = async (): Promise<number> => {
        const headers = { authorization: `Bearer ${token}` };
        return (await fetch(`${stand.slipway.ready.edge}/api/v1/projects/shop/board`, { headers })).status;
      };
      expect(await ask()).toBe(200);
      await hands.press('button', 'I have kept it');

      await hands.press('button', `Revoke ci-${how}`);
      await hands.press('button', 'Revoke', page.getByRole('dialog'));
      await page
        .getByRole('row', { name: `ci-${how}` })
        .getByText('Revoked')
        .waitFor();

      expect(await ask()).toBe(401);
      expect(me.complaints).toEqual([]);
    });
  });
});
