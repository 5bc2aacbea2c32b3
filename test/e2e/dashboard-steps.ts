import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Someone } from './dashboard-stand.ts';

export const signIn = async (
  { hands, page }: Someone,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<void> => {
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await hands.type('E-mail address', email);
  await hands.type('Password', password);
  await hands.press('button', 'Sign in');
  await page.getByRole('heading', { name: 'Second factor' }).waitFor();
};

/** On the page of a run that has just begun: what of it somebody sees come, until it has ended. */
export const watchBuild = async ({ page }: Someone) => {
  const state = page.locator('.page-header .status');
  const steps = page.getByRole('region', { name: 'Steps' }).locator('.status').getByText('Done');
  const lines = page.locator('.log-number').last();
  const seen = { steps: new Set<number>(), lines: new Set<string>() };
  await state.waitFor();
  for (const end = Date.now() + 600_000; Date.now() < end; await pause(100)) {
    const word = (await state.textContent()) ?? '';
    if (word !== 'Running' && word !== 'Queued') return { state: word, steps: seen.steps.size, lines: seen.lines.size };
    seen.steps.add(await steps.count());
    if ((await lines.count()) > 0) seen.lines.add((await lines.textContent().catch(() => null)) ?? '');
  }
  throw new Error('the run did not end');
};

/** The window that opens at a press. */
export const odooWindow = async ({ context }: Someone, press: () => Promise<void>): Promise<Page> => {
  const opening = context.waitForEvent('page');
  await press();
  return opening;
};

/** Null while the page is still on its way. */
export const odooUser = (page: Page): Promise<Record<string, unknown> | null> =>
  page
    .evaluate(async () => {
      const answer = await fetch('/web/session/get_session_info', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"jsonrpc":"2.0","params":{}}',
      });
      return ((await answer.json()) as { result: Record<string, unknown> }).result;
    })
    .catch(() => null);

/** What has Odoo send a mail of every part, in its shell. */
export const inMail = (subject: string): string =>
  `S = env['ir.mail_server']
build = getattr(S, '_build_email__', None) or S.build_email
S.send_email(build(
    'shop@example.com', ['real.customer@example.com'], '${subject}', '<h1>Dear Zoë</h1><p>Your offer.</p>', subtype='html',
    body_alternative='Dear Zoë, in plain words', attachments=[('offer.txt', b'Forty-two lanterns', 'text/plain')]))`;
