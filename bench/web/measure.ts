/** What a page is asked while it is measured; each runs in the browser. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

const VIEW = { width: 1440, height: 900 };
const PATIENCE = { timeout: 60_000 };

/** Nothing is kept from one page to the next: each begins with an empty cache. */
const cold = async (browser: Browser): Promise<{ readonly context: BrowserContext; readonly page: Page }> => {
  const context = await browser.newContext({ viewport: VIEW, reducedMotion: 'reduce' });
  return { context, page: await context.newPage() };
};

export interface Loaded {
  /** From the start of the navigation until everything that was waited for is painted. */
  readonly milliseconds: number;
  /** Bytes as they came over the network. */
  readonly script: number;
  readonly style: number;
  readonly requests: number;
}

/** Marks when so many cards are there and painted. In the page's own clock, which begins with the navigation. */
const watch = (cards: number): void => {
  const look = (): void => {
    const there = document.body !== null && document.querySelectorAll('[data-card]').length >= cards;
    requestAnimationFrame(there ? () => performance.mark('shown') : look);
  };
  requestAnimationFrame(look);
};

export const load = async (browser: Browser, url: string, cards: number): Promise<Loaded> => {
  const { context, page } = await cold(browser);
  await page.addInitScript(watch, cards);
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('shown').length > 0, null, PATIENCE);
  const seen = await page.evaluate(() => {
    const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const bytes = (ending: string): number =>
      entries.filter(({ name }) => name.endsWith(ending)).reduce((sum, one) => sum + one.encodedBodySize, 0);
    return {
      milliseconds: performance.getEntriesByName('shown')[0]?.startTime ?? Number.NaN,
      ...{ script: bytes('.js'), style: bytes('.css'), requests: entries.length },
    };
  });
  await context.close();
  return seen;
};

export interface Scrolled {
  /** Between one frame and the next. */
  readonly frames: readonly number[];
  /** Work that held the page up for more than 50 ms. */
  readonly longTasks: readonly number[];
}

export interface Scrolling {
  readonly milliseconds: number;
  /** In each frame. */
  readonly pixels: number;
  /** Drags of the bar to anywhere, one after so many frames; 0: none. */
  readonly dragEvery: number;
}

const scrollIn = ({ milliseconds, pixels, dragEvery }: Scrolling): Promise<Scrolled> =>
  new Promise((resolve) => {
    const element = document.querySelector('.log-lines') as HTMLElement;
    const [frames, longTasks]: [number[], number[]] = [[], []];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration);
    });
    observer.observe({ type: 'longtask' });
    let [last, way, count] = [performance.now(), -1, 0];
    const end = last + milliseconds;
    const frame = (now: number): void => {
      frames.push(now - last);
      last = now;
      count += 1;
      const most = element.scrollHeight - element.clientHeight;
      if (element.scrollTop <= 0) way = 1;
      if (element.scrollTop >= most - 1) way = -1;
      // The same places each time: a golden ratio's steps lie everywhere.
      if (dragEvery > 0 && count % dragEvery === 0) element.scrollTop = ((count * 0.618_034) % 1) * most;
      else element.scrollTop += way * pixels;
      if (now < end) requestAnimationFrame(frame);
      else setTimeout(() => resolve({ frames: frames.slice(1), longTasks }), 200);
    };
    requestAnimationFrame(frame);
  });

export const scroll = async (browser: Browser, url: string, scrolling: Scrolling): Promise<Scrolled> => {
  const { context, page } = await cold(browser);
  await page.goto(url);
  await page.locator('.log-row:not(.waits)').first().waitFor(PATIENCE);
  await page.waitForTimeout(1_000);
  const seen = await page.evaluate(scrollIn, scrolling);
  await context.close();
  return seen;
};

export interface Landed {
  /** From the start of the navigation to the line of the address, painted. */
  readonly milliseconds: number;
}

export const land = async (browser: Browser, url: string): Promise<Landed> => {
  const { context, page } = await cold(browser);
  await page.goto(url);
  await page.locator('.log-row.named').waitFor(PATIENCE);
  const milliseconds = await page.evaluate(() => performance.now());
  await context.close();
  return { milliseconds };
};
