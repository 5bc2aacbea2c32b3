/** Every page of the dashboard with a shop's data in it, at both widths and in both themes. `UPDATE_IMAGES=1` takes the pictures of docs/images anew. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGES } from '../../packages/web/src/pages.ts';
import { smallTargets, unseenFocus } from './looks.ts';
import { SHOP } from './shop/answers.ts';
import { SCREEN } from './shop/data.ts';
import { OTHERS, VIEWS, type View } from './shop/views.ts';
import { barriers, type Look, overflows, type StandIn, shoot, startStandIn } from './stand-in.ts';

const IMAGES = join(import.meta.dirname, '../../docs/images');
const UPDATE = process.env['UPDATE_IMAGES'] === '1';
const LOOKS = [
  { word: 'desk light', dark: false, phone: false },
  { word: 'desk dark', dark: true, phone: false },
  { word: 'phone light', dark: false, phone: true },
  { word: 'phone dark', dark: true, phone: true },
] as const;

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
  if (UPDATE) mkdirSync(IMAGES, { recursive: true });
});
afterAll(() => standIn?.close());

/** Opened at a file first: what is listened for is there before the page is. */
const openView = async (view: View, look: Look) => {
  const seen = await standIn.open('/icon.svg', { ...SHOP, ...view.answers }, look);
  const unanswered: string[] = [];
  seen.page.on('response', (answer) => {
    if (answer.status() >= 400 && view.answers === undefined)
      unanswered.push(`${answer.url()} answers ${answer.status()}`);
  });
  await seen.page.routeWebSocket(/\/attach$/, (socket) => {
    socket.onMessage(() => undefined);
    socket.send(Buffer.from(SCREEN));
  });
  await seen.page.goto(`${standIn.url}${view.at}`);
  await seen.page.getByText(view.until).filter({ visible: true }).first().waitFor();
  await view.act?.(seen.page);
  await seen.page.evaluate('document.fonts.ready');
  return { ...seen, unanswered };
};

/** The board is shown in all its looks, other pages by day. */
const pictureOf = ({ name, unkept = false }: View, { dark = false, phone = false }: Look): string | null => {
  if (!UPDATE || unkept) return null;
  if (!dark && !phone) return `${name}.png`;
  if (name === 'board' && dark !== phone) return `board-${dark ? 'dark' : 'phone'}.png`;
  return null;
};

const keep = async (page: Page, view: View, look: Look): Promise<void> => {
  const picture = pictureOf(view, look);
  if (picture !== null) await page.screenshot({ path: join(IMAGES, picture), scale: 'css' });
};

const faultsIn = async (page: Page, phone: boolean): Promise<readonly string[]> => [
  ...(await barriers(page)),
  ...((await overflows(page)) ? ['wider than the window'] : []),
  ...(phone ? await smallTargets(page) : []),
  ...(await unseenFocus(page)),
];

describe.each(LOOKS)('$word', ({ word, ...look }) => {
  test.each([...Object.values(VIEWS).flat(), ...OTHERS].map((view) => [view.name, view] as const))(
    '%s',
    async (name, view) => {
      const { page, defects, unanswered, close } = await openView(view, look);
      await keep(page, view, look);
      await shoot(page, `${name} ${word}`);
      expect([...(await faultsIn(page, look.phone)), ...defects, ...unanswered]).toEqual([]);
      await close();
    },
  );
});

test('every page has its place here', () => {
  expect(Object.keys(VIEWS).toSorted()).toEqual(PAGES.map(({ path }) => path).toSorted());
});
