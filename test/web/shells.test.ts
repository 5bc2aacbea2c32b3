import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { ago, PLACES } from './places.ts';
import { type Answers, type Look, lookAt, refused, type StandIn, startStandIn } from './stand-in.ts';

const HOSTILE = '<img src=x onerror=window.hacked=1>';
/** The terminal is a chunk of its own, and other tests run beside this one. */
const SOON = { timeout: 20_000 };
/** Red, a colour of its own as a style, an address that a program names, and what would be HTML. */
const SCREEN = `\u001b[31mred\u001b[0m \u001b[38;2;1;2;3mown\u001b[0m \u001b]8;;javascript:window.hacked=1\u0007link\u001b]8;;\u0007 ${HOSTILE}\r\n$ `;

/** The dashboard, with a shell behind the websocket that says back what is typed, and ends at `exit`. */
const startShells = async (standIn: StandIn) => {
  const heard: unknown[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((req, res) => {
    const onward = request(`${standIn.url}${req.url}`, { headers: req.headers, method: req.method }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    req.pipe(onward);
  });
  server.on('upgrade', (req, socket, head) =>
    sockets.handleUpgrade(req, socket, head, (ws) => {
      heard.push(req.url);
      ws.send(Buffer.from(SCREEN));
      let line = '';
      ws.on('message', (data, binary) => {
        if (!binary) return heard.push(JSON.parse(String(data)));
        line += String(data);
        ws.send(data);
        if (!line.endsWith('exit\r')) return;
        ws.send(JSON.stringify({ exit: { code: 3, why: `exited ${HOSTILE}` } }));
        ws.close(1000);
      });
    }),
  );
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
    sockets.close();
  };
  return { url, heard, close };
};

let standIn: StandIn;
let shells: Awaited<ReturnType<typeof startShells>>;
beforeAll(async () => {
  standIn = await startStandIn();
  shells = await startShells(standIn);
});
afterAll(async () => {
  shells.close();
  await standIn.close();
});

const opened = (id: string, readOnly = false): object => ({ id, expiresAt: ago(-1), endsAt: ago(-120), readOnly });
const row = (id: string, more: object = {}): object => ({
  ...{
    id,
    environment: 'shop/pr-12',
    kind: 'shell',
    readOnly: false,
    glass: null,
    openedBy: HOSTILE,
    openedAt: ago(30),
    attachedAt: ago(30),
  },
  ...{ endsAt: ago(-90), endedAt: ago(10), exitCode: 1, why: HOSTILE, recorded: 4_711, ...more },
});
const GLASS = {
  ...{
    id: 'glass-1',
    project: 'shop',
    environment: 'shop/production',
    reason: `Invoices are not sent ${HOSTILE}`,
    write: false,
  },
  ...{ openedBy: 'ada@example.org', openedAt: ago(3), until: ago(-27), closedAt: null, closedBy: null, shells: [] },
};
const ANSWERS: Answers = {
  ...PLACES,
  shells: [
    row('shell-2', { endedAt: null, exitCode: null, why: null, recorded: null, kind: 'psql', readOnly: true }),
    row('shell-1'),
  ],
  openShell: opened('shell-9'),
  endShell: row('shell-9'),
  glasses: [],
  openGlass: GLASS,
  environmentUsers: [
    { login: 'admin', name: 'Mitchell Admin', active: true, kind: 'internal' },
    { login: 'joel', name: HOSTILE, active: true, kind: 'portal' },
    { login: 'old', name: 'Old Clerk', active: false, kind: 'internal' },
    { login: 'public', name: 'Public user', active: true, kind: 'public' },
  ],
  connect: { url: 'http://pr-12.shop.localhost/slipway/connect?ticket=abc', user: 'joel', expiresAt: ago(-1) },
};

/** The same page, where its websocket is answered. */
const openAt = async (path: string, answers: Answers, look?: Look) => {
  const seen = await standIn.open('/icon.svg', answers, look);
  await seen.page.goto(`${shells.url}${path}`);
  return seen;
};
const terminalText = async (page: Page): Promise<string> =>
  ((await page.locator('.xterm-rows').first().textContent()) ?? '').replaceAll('\u00a0', ' ');

test('shells of a preview and of production, at both widths and in both themes', async () => {
  expect(await lookAt(standIn, '/projects/shop/shells/pr-12', ANSWERS, 'Shells that were opened')).toEqual([]);
  const production = { ...ANSWERS, glasses: [GLASS] };
  expect(await lookAt(standIn, '/projects/shop/shells/production', production, 'Close it now')).toEqual([]);
});

test('a terminal shows colours under the policy of the page, takes keys, and runs nothing that it is shown', async () => {
  const { page, defects, close } = await openAt('/projects/shop/shells/pr-12', ANSWERS);
  await page.getByRole('button', { name: 'Open', exact: true }).first().click();
  await expect.poll(() => terminalText(page), SOON).toContain(HOSTILE);
  const colour = (text: string): Promise<string> =>
    page
      .locator('.xterm-rows span', { hasText: text })
      .first()
      .evaluate((element) => getComputedStyle(element).color);
  // --ansi-red of the light theme, and the colour that the program chose for itself.
  expect(await colour('red')).toBe('rgb(179, 32, 31)');
  expect(await colour('own')).toBe('rgb(1, 2, 3)');
  expect(await page.locator('.xterm-rows').evaluate((rows) => getComputedStyle(rows).fontFamily)).toMatch(/mono/i);
  await page.keyboard.type('ls zoë');
  await expect.poll(() => terminalText(page), SOON).toContain('ls zoë');
  expect(shells.heard[0]).toBe('/api/v1/shells/shell-9/attach');
  expect(shells.heard[1]).toMatchObject({ resize: { columns: expect.any(Number), rows: expect.any(Number) } });

  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => colour('red')).toBe('rgb(255, 143, 138)');
  await page.keyboard.press('F6');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('End it');
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  expect(defects).toEqual([]);
  await close();
});

test('a shell that ended says why, and another one is opened by the keyboard; one in another tab goes on', async () => {
  let count = 0;
  const { page, defects, close } = await openAt('/projects/shop/shells/pr-12', {
    ...ANSWERS,
    openShell: () => opened(`shell-k${++count}`),
  });
  await page.getByRole('button', { name: 'Open', exact: true }).first().click();
  await expect.poll(() => terminalText(page), SOON).toContain('$');
  await page.keyboard.type('exit\r');
  await page.getByText(`It has ended with 3: exited ${HOSTILE}.`).waitFor();
  await page.getByRole('button', { name: 'Open again' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => shells.heard).toContain('/api/v1/shells/shell-k2/attach');
  await page.keyboard.type('echo kept');
  await expect.poll(() => terminalText(page), SOON).toContain('echo kept');

  await page.getByRole('button', { name: 'psql' }).click();
  await page.getByText("SQL, as the environment's own role.").waitFor();
  await page.getByRole('button', { name: 'Shell', exact: true }).click();
  expect(await terminalText(page)).toContain('echo kept');
  expect(count).toBe(2);
  expect(defects).toEqual([]);
  await close();
});

test('production is behind glass: a reason that is too short is refused at once', async () => {
  const needed = refused(403, 'glass-needed', 'A shell in shop/production needs break-glass.', 'Everybody is told.');
  const { page, asked, close } = await openAt('/projects/shop/shells/production', { ...ANSWERS, openShell: needed });
  await page.getByText('PRODUCTION', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Open', exact: true }).first().click();
  await page.getByText('A shell in shop/production needs break-glass.').waitFor();
  await page.getByRole('button', { name: 'Break the glass' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why').fill('too short');
  await dialog.getByRole('button', { name: 'Break the glass' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Why').fill('Invoices are not sent since noon');
  await dialog.getByLabel('For how long').selectOption('15');
  await dialog.getByRole('button', { name: 'Break the glass' }).click();
  await page.getByText('Production is open to you.').waitFor();
  expect(asked.at(-1)).toMatchObject({
    name: 'openGlass',
    body: { reason: 'Invoices are not sent since noon', minutes: 15, write: false },
  });
  await close();
});

test('one logs in as somebody who can, by a link that is followed', async () => {
  const { page, asked, defects, close } = await openAt('/projects/shop/shells/pr-12', ANSWERS);
  await page.getByRole('button', { name: 'Log in to Odoo as' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Mitchell Admin').waitFor();
  expect(await dialog.getByText('Old Clerk').count()).toBe(0);
  expect(await dialog.getByText('Public user').count()).toBe(0);
  await dialog.getByLabel('Whom').fill('JOEL');
  expect(await dialog.getByText('Mitchell Admin').count()).toBe(0);
  await dialog.getByText(HOSTILE).click();
  const link = dialog.getByRole('link', { name: 'Open Odoo as joel' });
  await link.waitFor();
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
  expect(asked).toMatchObject([{ name: 'connect', parameters: { environment: 'shop/pr-12' }, body: { user: 'joel' } }]);
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  expect(defects).toEqual([]);
  await close();
});
