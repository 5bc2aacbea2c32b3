/** Pages of the real server that show what strangers wrote: nothing of it runs, asks for anything, or becomes an element. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openBrowser, openPage } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { seedHostile, VALUES } from './hostile-seed.ts';
import { cookiesOf, DOMAIN, openSessionStand, type SessionStand } from './session-stand.ts';

let stand: SessionStand;
let browser: Browser;
beforeAll(async () => {
  [stand, browser] = await Promise.all([openSessionStand(inject('postgresUrl')), openBrowser()]);
  await seedHostile(stand);
});
afterAll(async () => {
  await browser?.close();
  await stand?.close();
});

const SOON = { timeout: 60_000 };
/** As the browser gives text back: without what only arranges it. */
const plain = (text: string): string => text.replace(/\s+/g, ' ');

/** By address: what has to be there to be read, letter for letter. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  '/': ['shop'],
  '/projects/shop': [HOSTILE.title, HOSTILE.branch, VALUES.failure, VALUES.stagingBranch, 'staging <svg/onload'],
  '/projects/shop/queue': ['shop/pr-2', 'shop/pr-11'],
  '/projects/shop/staging': ['staging.shop.localhost'],
  '/projects/shop/production': [],
  '/projects/shop/previews/5': [
    ...[HOSTILE.title, HOSTILE.branch, VALUES.reason, VALUES.module, VALUES.version, VALUES.why],
    ...[`${VALUES.file}:7`, VALUES.finding],
  ],
  '/projects/shop/previews/11': [VALUES.failure, VALUES.hint, VALUES.lastLine, VALUES.requester],
  '/projects/shop/runs/run-pr-5': [
    HOSTILE.step,
    HOSTILE.lines[0],
    HOSTILE.lines[4],
    'ERROR red link green',
    '<U+202E>right',
  ],
  '/projects/shop/runs/run-pr-11': [VALUES.failure, VALUES.hint, VALUES.requester],
  '/projects/shop/promotions': [],
  '/projects/shop/promotions/new': [],
  '/projects/shop/mails/pr-9': [VALUES.subject, VALUES.from],
  '/projects/shop/mails/pr-9/mail-hostile': [VALUES.subject, VALUES.from, VALUES.attachment],
  '/projects/shop/backups': [],
  '/projects/shop/shells': [],
  '/projects/shop/settings?tab=webhooks': ['https://hooks.example.com/'],
  '/projects/shop/settings?tab=members': [VALUES.person],
  '/people': [VALUES.person, VALUES.invited],
  '/tokens': [],
  '/audit': [VALUES.requester, VALUES.target],
  '/about': [],
  '/account': [VALUES.browser],
  '/no/such/page': [],
  [`/projects/${encodeURIComponent(HOSTILE.step)}`]: [],
  [`/projects/shop/runs/${encodeURIComponent(HOSTILE.step)}`]: [],
  [`/projects/shop/mails/${encodeURIComponent(HOSTILE.step)}`]: [],
  [`/sign-in?error=${encodeURIComponent(HOSTILE.step)}&next=javascript:window.hacked=1`]: [],
  [`/invitation#token=${encodeURIComponent(HOSTILE.step)}`]: [],
};

/** What a page would have if a text had become markup: elements that are none of ours, and attributes that act. */
const STRAY = [
  ...['object', 'embed', 'base', 'b', 'img:not([src="/icon.svg"])', 'iframe:not(.mail-frame)', '[srcdoc]'],
  ...[`script:not([src^="/assets/"])`, '[onload]', '[onerror]', '[onclick]', '[onmouseover]', '[onfocus]'],
];
const LEADING = ['href', 'src', 'action', 'formaction', 'xlink:href'];

const strayIn = (page: Page): Promise<string[]> =>
  page.evaluate(
    ({ stray, leading }) => {
      const acts = (element: Element): boolean =>
        leading.some((name) => /^\s*(javascript|data|vbscript|blob):/i.test(element.getAttribute(name) ?? ''));
      return [...document.querySelectorAll('body *')]
        .filter((element) => element.matches(stray) || acts(element))
        .map((element) => element.outerHTML.slice(0, 200));
    },
    { stray: STRAY.join(', '), leading: LEADING },
  );

/** The frame of a mail says on the console what its own policy refused. */
const ours = (complaints: readonly string[]): string[] =>
  complaints.filter(
    (one) => !/tracker\.example|sandboxed|Content Security Policy directive: "(default|script|img|style)-src/.test(one),
  );

/** Opens a page as the owner, and looks at all of it. */
const look = async (path: string, texts: readonly string[]) => {
  const { page, context, complaints } = await openPage(browser);
  if (!/^\/(sign-in|invitation)/.test(path)) await context.addCookies(cookiesOf(stand.owner));
  const foreign: string[] = [];
  page.on('request', (one) => {
    const { hostname, protocol } = new URL(one.url());
    if (protocol !== 'data:' && hostname !== DOMAIN) foreign.push(one.url());
  });
  // Those that the frame of a mail wanted and its policy kept back never left the browser.
  page.on('requestfailed', (one) => {
    if (one.failure()?.errorText === 'csp') foreign.splice(foreign.indexOf(one.url()), 1);
  });
  try {
    await page.goto(stand.origin + path);
    await page.locator('main h1, main h2, main [role="alert"]').first().waitFor(SOON);
    const main = async (): Promise<string> => plain((await page.locator('body').textContent()) ?? '');
    for (const text of texts) await expect.poll(main, SOON).toContain(plain(text));
    // What comes late runs late.
    await page.waitForTimeout(300);
    return {
      ...{ hacked: await page.evaluate(() => Reflect.get(window, 'hacked')), stray: await strayIn(page) },
      ...{ foreign, complaints: ours(complaints) },
    };
  } finally {
    await context.close();
  }
};

const HARMLESS = { hacked: undefined, stray: [], foreign: [], complaints: [] };

describe('what strangers wrote is text, and no page is refused anything by its own policy', () => {
  test.each(Object.entries(PAGES))('on %s', async (path, texts) => {
    expect(await look(path, texts)).toEqual(HARMLESS);
  });
});

test('the policy of every page names no unsafe source, and takes markup from no text', async () => {
  for (const path of ['/', '/sign-in', '/projects/shop', '/no/such/page']) {
    const { headers } = await stand.ask('GET', path, { headers: { accept: 'text/html' } });
    const policy = String(headers['content-security-policy']);
    expect(policy).not.toContain('unsafe');
    for (const part of [
      ...[`default-src 'none'`, `script-src 'self'`, `style-src 'self'`, `connect-src 'self'`, `base-uri 'none'`],
      ...[`frame-ancestors 'none'`, `require-trusted-types-for 'script'`],
    ])
      expect(policy.split('; ')).toContain(part);
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

test('the policy holds: markup that came in all the same would not run', async () => {
  const { page, context, complaints } = await openPage(browser);
  await context.addCookies(cookiesOf(stand.owner));
  await page.goto(`${stand.origin}/projects/shop`);
  await page.locator('[data-card]').first().waitFor(SOON);
  const names = await page.evaluate((markup) => {
    const tried = (work: () => void): string => {
      try {
        work();
        return 'let through';
      } catch (error) {
        return (error as Error).name;
      }
    };
    return [
      tried(() => document.body.setAttribute('onclick', 'window.hacked=1')),
      tried(() => {
        document.body.insertAdjacentHTML('beforeend', markup);
      }),
      tried(() => {
        document.createElement('script').text = 'window.hacked=1';
      }),
    ];
  }, HOSTILE.step);
  await page.waitForTimeout(300);

  expect(names).toEqual(['TypeError', 'TypeError', 'TypeError']);
  expect(await page.evaluate(() => Reflect.get(window, 'hacked'))).toBe(undefined);
  expect(complaints.join('\n')).toContain('policy');
  await context.close();
});

test('an address that is none of the web is taken nowhere', async () => {
  for (const url of ['javascript:window.hacked=1', 'data:text/html,<script>1</script>', 'file:///etc/passwd']) {
    const body = { url, kinds: ['run.finished'] };
    const answer = await stand.owner.ask('POST', '/api/v1/projects/shop/webhooks', { body });
    expect([url, answer.status >= 400 && answer.status < 500]).toEqual([url, true]);
  }
});

test('what is sent is bounded: a body that is too long is refused, and so is one that is no JSON', async () => {
  const body = { url: `https://hooks.example.com/${'x'.repeat(1024 * 1024)}`, kinds: ['run.finished'] };
  const answer = await stand.owner.ask('POST', '/api/v1/projects/shop/webhooks', { body });
  expect([answer.status, answer.body?.code]).toEqual([413, 'payload-too-large']);
});

test('an attachment is a download and no page of ours', async () => {
  const path = '/api/v1/environments/shop%2Fpr-9/mails/mail-hostile/attachments/0';
  const { status, headers } = await stand.owner.ask('GET', path);
  expect(status).toBe(200);
  expect(String(headers['content-disposition'])).toMatch(/^attachment/);
  expect(String(headers['content-disposition'])).not.toMatch(/[<>\r\n]/);
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(String(headers['content-security-policy'])).toContain(`default-src 'none'`);
});
