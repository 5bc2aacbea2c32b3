import type { Problem } from '../../api/problem.ts';

/** The tab that an Odoo is going to be shown in, while it says what it waits for. */
export interface OdooTab {
  /** Whether it could go there: somebody may have closed it. */
  go(url: string): boolean;
  /** Whether it could be said there. */
  tell(problem: Problem): boolean;
  close(): void;
}

interface Said {
  readonly title: string;
  readonly lines: readonly string[];
  /** Something that one can do there. */
  readonly button?: string;
}

type Tab = Window & typeof globalThis;

/** Firefox puts an empty page of its own into a new tab a moment after that was opened. */
const LOOK_AGAIN_MS = 100;

const element = (page: Document, name: string, className: string, text = ''): HTMLElement => {
  const made = page.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

/** Handed over and not asked for: browsers load no stylesheet into a tab that has no page, and it would come too late. */
const dress = (tab: Tab): void => {
  const sheet = new tab.CSSStyleSheet();
  const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
  sheet.replaceSync(rules.map(({ cssText }) => cssText).join('\n'));
  tab.document.adoptedStyleSheets = [sheet];
};

/** Drawn from here, as text: an empty tab has our policy, and no page of its own. */
const draw = (tab: Tab, said: Said): void => {
  const page = tab.document;
  dress(tab);
  const { theme } = document.documentElement.dataset;
  page.title = said.title;
  page.documentElement.lang = 'en';
  if (theme !== undefined) page.documentElement.dataset['theme'] = theme;
  const scale = page.createElement('meta');
  scale.name = 'viewport';
  scale.content = 'width=device-width, initial-scale=1';
  page.head.replaceChildren(page.head.querySelector('title') ?? '', scale);
  const main = element(page, 'main', 'opening');
  main.role = said.button === undefined ? 'status' : 'alert';
  main.append(
    element(page, 'h1', 'foreign', said.title),
    ...said.lines.map((line) => element(page, 'p', 'quiet foreign', line)),
  );
  if (said.button !== undefined) {
    const button = element(page, 'button', 'button', said.button);
    button.addEventListener('click', () => tab.close());
    main.append(button);
  }
  page.body.replaceChildren(main);
};

/**
 * Opens it, with the click itself: what opens once the server has answered is what browsers stop. It knows nothing of the page that
 * opened it. Null: the browser opens none.
 */
export const openOdooTab = (name: string): OdooTab | null => {
  const tab = window.open('', '_blank') as Tab | null;
  if (tab === null) return null;
  tab.opener = null;
  const waiting: Said = { title: `Opening Odoo of ${name} …`, lines: ['You come in as its administrator.'] };
  draw(tab, waiting);
  const timer = setInterval(() => {
    if (tab.closed) clearInterval(timer);
    else if (tab.document.querySelector('main') === null) draw(tab, waiting);
  }, LOOK_AGAIN_MS);
  const last = (act: () => void): boolean => {
    clearInterval(timer);
    if (tab.closed) return false;
    act();
    return true;
  };
  return {
    go: (url) => last(() => tab.location.replace(url)),
    tell: ({ message, hint }) =>
      last(() =>
        draw(tab, {
          title: `Odoo of ${name} did not open`,
          lines: [message, hint].filter((line) => line !== ''),
          button: 'Close this tab',
        }),
      ),
    close: () => void last(() => tab.close()),
  };
};
