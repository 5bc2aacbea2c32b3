import type { Browser } from 'playwright-core';
import { onServer } from '../setup/database.ts';
import { openBrowser, openPage, type Watched } from '../web/browser.ts';
import { type Hands, keyboard, mouse } from '../web/hands.ts';
import { openStand, type Stand } from './stand.ts';

/** A running Slipway, GitHub beside it, and browsers that come through the edge by the address that was printed. */
export interface DashboardStand extends Stand {
  /** A browser of its own: nobody is signed in. */
  someone(how: Hands['name']): Promise<Someone>;
  /** The link that makes the first account. The second time nobody has one again, and the link is as `slipway setup` prints it. */
  setupLink(): Promise<string>;
  /** As if half a minute went by: an app shows another code then, and a code that was used is worth nothing. */
  forgetCodes(): Promise<void>;
}

export interface Someone extends Watched {
  readonly hands: Hands;
  goTo(path: string): Promise<void>;
}

const HANDS = { mouse, keyboard } as const;

export const openDashboardStand = async (): Promise<DashboardStand> => {
  const stand = await openStand();
  const { slipway } = stand;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await stand.close();
  };
  try {
    browser = await openBrowser();
  } catch (error) {
    await close();
    throw error;
  }
  let links = 0;
  const control = (sql: string): Promise<unknown> =>
    onServer(slipway.databaseUrl(`slipway_${slipway.instance}_control`), (client) => client.query(sql));
  return {
    ...stand,
    close,
    someone: async (how) => {
      const watched = await openPage(browser);
      // Odoo builds its assets when they are asked for first.
      watched.context.setDefaultTimeout(60_000);
      const goTo = async (path: string): Promise<void> =>
        void (await watched.page.goto(`${slipway.ready.edge}${path}`));
      return { ...watched, hands: HANDS[how](watched.page), goTo };
    },
    setupLink: async () => {
      links += 1;
      if (links === 1) return slipway.ready.setup ?? '';
      await control('delete from ops.users');
      const { link } = await slipway.api<{ link: string }>('POST', '/setup/link');
      return link;
    },
    forgetCodes: async () => {
      await control("delete from ops.verifications where identifier = 'used-code'");
    },
  };
};
