import { createTransport } from 'nodemailer';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMail } from '../../packages/server/src/drivers/egress/gateway/mails.ts';
import { MAIL_PAGE_POLICY, mailPage } from '../../packages/server/src/views/mail-page.ts';
import { ago, PLACES } from './places.ts';
import { type Answers, lookAt, type StandIn, startStandIn } from './stand-in.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

const NAME = '<img src=x onerror=window.hacked=1>.html';
const TARGET = 'https://pr-12.shop.example/web/signup?token=a<b&db=shop';
const HTML = `<html><head><style>td { color: rgb(1, 2, 3) }</style><link rel="stylesheet" href="https://tracker.example/link.css">
  <meta http-equiv="refresh" content="0;url=https://tracker.example/refresh"><base href="https://tracker.example/base/"></head>
  <body onload="parent.hacked=1" style="background: rgb(250, 250, 240)"><script>parent.hacked = 1</script>
  <img src="https://tracker.example/pixel.gif" alt=""><img id="logo" alt="Logo" src="cid:logo@shop"><svg onload="parent.hacked=1"></svg>
  <iframe title="x" srcdoc="<script>parent.parent.hacked=1</script>"></iframe><form action="https://tracker.example/form"><button>Send</button></form>
  <table><tr><td style="font-weight: 700; padding: 9px">Your quotation S00042</td></tr></table>
  <a href="${TARGET.replaceAll('&', '&amp;').replace('<', '&lt;')}">View quotation</a>
  <a href="javascript:parent.hacked=1">Run</a></body></html>`;
/** One black dot. */
const GIF = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64');

const caught = async () => {
  const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    ...{
      from: 'Shop <shop@example.com>',
      to: 'customer@example.com',
      subject: '<script>window.hacked=1</script> Your quotation',
    },
    ...{ html: HTML, text: 'Your quotation S00042\n<script>window.hacked=1</script>' },
    attachments: [
      { filename: NAME, content: 'x', contentType: 'text/html' },
      { cid: 'logo@shop', filename: 'logo.gif', content: GIF, contentType: 'image/gif' },
    ],
  });
  const raw = message as Buffer;
  const { raw: _, ...mail } = await readMail(raw);
  const envelope = {
    id: 'mail-1',
    environment: 'shop/pr-12',
    sender: 'shop@example.com',
    recipients: ['customer@example.com', 'hidden@example.com'],
  };
  return { raw, mail: { ...mail, ...envelope, receivedAt: ago(3), bytes: raw.length } };
};

const answersFor = (mail: object): Answers => ({
  ...PLACES,
  mails: ({ query }: { readonly query: Readonly<Record<string, string>> }) =>
    query['search'] === 'nothing'
      ? []
      : [mail, { ...mail, id: 'mail-0', subject: 'An older one', attachments: [], receivedAt: ago(300) }],
  mail,
  deleteMail: { deleted: 1 },
});

/** As the server answers it: test/flows/mails.test.ts asks that it does. */
const servePage = async (page: Page, html: string, raw: Buffer): Promise<void> => {
  await page.route('**/mails/mail-1/html', async (route) =>
    route.fulfill({
      ...{ contentType: 'text/html; charset=utf-8', body: await mailPage(html, raw) },
      headers: { 'content-security-policy': MAIL_PAGE_POLICY },
    }),
  );
  await page.route('**/mails/mail-1/raw', async (route) => route.fulfill({ contentType: 'message/rfc822', body: raw }));
};

/** What the frame's policy refused is told on the console; that is no defect of ours. */
const ours = (wrong: readonly string[]): readonly string[] =>
  wrong.filter(
    (one) =>
      !/tracker\.example|sandboxed|violates the following Content Security Policy directive: "(default|script|img|style)-src/.test(
        one,
      ),
  );

test('the list of mails at both widths, in both themes', async () => {
  const { mail } = await caught();
  expect(await lookAt(standIn, '/projects/shop/mails', answersFor(mail), 'An older one')).toEqual([]);
  expect(
    await lookAt(standIn, '/projects/shop/mails/pr-12?search=nothing', answersFor(mail), 'No mail has that in it'),
  ).toEqual([]);
});

test('one mail at both widths, in both themes', async () => {
  const { mail, raw } = await caught();
  const wrong = await lookAt(
    standIn,
    '/projects/shop/mails/pr-12',
    answersFor(mail),
    'Your quotation',
    async (page) => {
      await servePage(page, mail.html, raw);
      await page.getByRole('link', { name: 'Your quotation' }).click();
      await page.frameLocator('iframe').getByText('View quotation').waitFor();
    },
  );
  expect(ours(wrong)).toEqual([]);
});

test('a mail runs nothing, loads nothing, keeps its looks, and its links lead nowhere unseen', async () => {
  const { mail, raw } = await caught();
  const { page, close } = await standIn.open('/projects/shop/mails/pr-12', answersFor(mail));
  const asked: string[] = [];
  page.on('requestfinished', (request) => asked.push(request.url()));
  // What the policy stopped is told as a request that failed; it never left.
  page.on('requestfailed', (request) => request.failure()?.errorText !== 'csp' && asked.push(request.url()));
  await servePage(page, mail.html, raw);
  await page.getByRole('link', { name: 'Your quotation' }).click();
  const frame = page.frameLocator('iframe');
  await frame.getByText('View quotation').waitFor();

  const cell = frame.locator('td');
  expect(await cell.evaluate((element) => getComputedStyle(element).color)).toBe('rgb(1, 2, 3)');
  expect(await cell.evaluate((element) => getComputedStyle(element).paddingTop)).toBe('9px');
  expect(await frame.locator('#logo').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1);
  await page.getByText(NAME).waitFor();

  await frame.getByText('Run').click();
  await page.getByText('This leads to no page of the web').waitFor();
  expect(await page.getByRole('link', { name: /^Open / }).count()).toBe(0);
  await page.getByRole('button', { name: 'Stay' }).click();
  await frame.getByText('View quotation').click();
  const open = page.getByRole('link', { name: 'Open pr-12.shop.example' });
  expect(await open.getAttribute('href')).toBe(new URL(TARGET).href);
  expect(await open.getAttribute('rel')).toBe('noopener noreferrer');
  expect(await open.getAttribute('target')).toBe('_blank');
  await page.getByText(new URL(TARGET).href).first().waitFor();
  await page.getByRole('button', { name: 'Stay' }).click();

  await page.getByRole('tab', { name: 'Source' }).click();
  await page.getByText('MIME-Version').waitFor();
  await page.getByRole('tab', { name: 'Text' }).click();
  await page.getByText('<script>window.hacked=1</script>').last().waitFor();
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  expect(asked.filter((url) => !url.startsWith(standIn.url) && !url.startsWith('data:'))).toEqual([]);
  await close();
});
