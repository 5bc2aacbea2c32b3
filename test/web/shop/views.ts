/** What is looked at of each page, by its row of `PAGES`: a page that has no place here fails screenshots.test.ts. */
import type { Page } from 'playwright-core';
import { type Answers, refused } from '../stand-in.ts';
import { PROJECTS } from './answers.ts';
import { BOARD, UPKEEP } from './board.ts';
import { DATA } from './data.ts';
import { PROJECT } from './people.ts';

export interface View {
  /** Of the picture: `docs/images/<name>.png`. */
  readonly name: string;
  readonly at: string;
  /** Seen once the page is whole. */
  readonly until: string;
  /** What somebody does before they look. */
  act?(page: Page): Promise<void>;
  /** Instead of what the shop answers. */
  readonly answers?: Answers;
  /** Looked at, without a picture that is kept. */
  readonly unkept?: boolean;
}

const at = (rest: string): string => `/projects/${PROJECT}/${rest}`;
/** Longer than any window of a phone, and nowhere to be broken. */
const LONG = 'the-subsidiary-that-roasts-and-delivers-for-everybody-'.repeat(3);
const LONG_NAMES: Answers = {
  projects: PROJECTS.map((one, index) => (index === 0 ? { ...one, name: LONG } : one)),
  board: {
    ...{ ...BOARD, project: LONG },
    previews: BOARD.previews.map((card) => ({ ...card, branch: `feature/${LONG}`, title: LONG })),
  },
};
const LINK = `#token=${'k'.repeat(43)}`;
const settings = (tab: string, until: string, unkept = true): View => ({
  ...{ name: unkept ? `settings-${tab}` : 'settings', at: at(`settings?tab=${tab}`), until, unkept },
});

export const VIEWS: Readonly<Record<string, readonly View[]>> = {
  '/': [{ name: 'projects', at: '/', until: 'roastery-hr' }],
  '/projects/:project': [{ name: 'board', at: at('').slice(0, -1), until: 'Night and weekend bonus' }],
  '/projects/:project/queue': [{ name: 'queue', at: at('queue'), until: 'Ended last' }],
  '/projects/:project/staging': [{ name: 'staging', at: at('staging'), until: 'quiet-otter-74' }],
  '/projects/:project/production': [{ name: 'production', at: at('production'), until: 'rolled back' }],
  '/projects/:project/previews/:number': [{ name: 'preview', at: at('previews/214'), until: 'quiet-otter-74' }],
  '/projects/:project/promotions': [{ name: 'promotions', at: at('promotions'), until: 'Expired' }],
  '/projects/:project/promotions/new': [{ name: 'promote', at: at('promotions/new'), until: 'coffee_delivery_slip' }],
  '/projects/:project/promotions/:promotion': [
    { name: 'promotion', at: at('promotions/prom_19'), until: 'coffee_delivery_slip' },
  ],
  '/projects/:project/settings': [
    settings('secrets', 'STRIPE_SECRET_KEY', false),
    settings('members', 'Jonas Weber'),
    settings('webhooks', 'chat.example'),
    settings('notices', 'No backup for 7 hours'),
    settings('audit', 'shell.open'),
  ],
  '/people': [{ name: 'people', at: '/people', until: 'Mia Sørensen' }],
  '/tokens': [{ name: 'tokens', at: '/tokens', until: 'release-bot' }],
  '/audit': [{ name: 'audit', at: '/audit', until: 'shell.open' }],
  '/about': [{ name: 'about', at: '/about', until: 'roastery-hr' }],
  '/account': [{ name: 'account', at: '/account', until: 'Sign out everywhere else' }],
  '/sign-in': [{ name: 'sign-in', at: '/sign-in', until: 'GitHub' }],
  '/setup': [{ name: 'setup', at: `/setup${LINK}`, until: 'Make the account' }],
  '/invitation': [{ name: 'invitation', at: `/invitation${LINK}`, until: 'Make your account' }],
  '/password': [{ name: 'password', at: `/password${LINK}`, until: 'Use this password' }],
  '/projects/:project/runs/:run': [
    { name: 'run', at: at('runs/run_01k6'), until: 'does not exist in model' },
    { name: 'run-running', at: at('runs/run_01k9'), until: 'registry', unkept: true },
  ],
  '/projects/:project/mails/:name/:mail': [
    {
      ...{ name: 'mail', at: at('mails/pr-214/mail_77'), until: 'Attachments' },
      act: async (page) => page.frameLocator('iframe').getByText('Thank you, Maria!').waitFor(),
    },
  ],
  '/projects/:project/mails/:name?': [
    { name: 'mails', at: at('mails/pr-214'), until: 'Set your password' },
    { name: 'mails-empty', at: at('mails'), until: 'No mail was caught here', unkept: true },
  ],
  '/projects/:project/backups': [{ name: 'backups', at: at('backups'), until: 'snap_san_0398' }],
  '/projects/:project/shells/:name?': [
    {
      ...{ name: 'shell', at: at('shells/pr-214'), until: 'Shells that were opened' },
      act: async (page) => {
        await page.getByRole('button', { name: 'Open', exact: true }).first().click();
        await page
          .locator('.xterm-rows')
          .filter({ hasText: /sent.*addons\$/ })
          .waitFor();
      },
    },
    { name: 'shell-production', at: at('shells/production'), until: 'Close it now', unkept: true },
    { name: 'shells', at: at('shells'), until: 'Shells that were opened', unkept: true },
  ],
};

/** Beside those of PAGES: what stands over them, and what is shown where nothing is. */
export const OTHERS: readonly View[] = [
  { name: 'not-found', at: '/projects/harbour-coffee/nothing-here', until: 'no such page', unkept: true },
  {
    ...{ name: 'board-empty', at: at('').slice(0, -1), until: 'Each pull request gets one', unkept: true },
    answers: { board: { ...BOARD, production: [], staging: [], previews: [], places: { used: 0, max: 6 } } },
  },
  {
    ...{ name: 'board-upkeep', at: at('').slice(0, -1), until: 'Sanitised snapshot failed', unkept: true },
    answers: { board: { ...BOARD, production: BOARD.production.map((card) => ({ ...card, upkeep: UPKEEP })) } },
  },
  {
    ...{ name: 'backups-failed', at: at('backups'), until: 'Sanitised snapshot failed', unkept: true },
    answers: { data: { ...DATA, failed: UPKEEP } },
  },
  {
    ...{ name: 'problem', at: at('queue'), until: 'Start Docker, then try again.', unkept: true },
    answers: {
      queue: () => refused(503, 'docker-away', 'Docker Engine does not answer.', 'Start Docker, then try again.'),
    },
  },
  {
    ...{ name: 'offline', at: at('').slice(0, -1), until: 'Night and weekend bonus', unkept: true },
    act: async (page) => {
      await page.route('**/api/v1/**', (route) => route.abort());
      await page.getByText('Slipway does not answer').waitFor({ timeout: 60_000 });
    },
  },
  {
    ...{ name: 'palette', at: at('').slice(0, -1), until: 'Night and weekend bonus' },
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('lab');
    },
  },
  {
    ...{ name: 'environment-menu', at: at('mails/pr-214'), until: 'Set your password', unkept: true },
    act: async (page) => {
      await page.getByRole('button', { name: /^Environment: / }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    ...{ name: 'long-board', at: `/projects/${LONG}`, until: 'Live', unkept: true },
    answers: LONG_NAMES,
  },
  ...['mails', 'shells'].map((place) => ({
    ...{ name: `long-${place}`, at: `/projects/${LONG}/${place}/pr-214`, until: LONG, unkept: true },
    answers: LONG_NAMES,
  })),
  {
    ...{ name: 'long-menu', at: `/projects/${LONG}/shells/pr-214`, until: LONG, unkept: true },
    answers: LONG_NAMES,
    act: async (page) => {
      await page.getByRole('button', { name: /^Environment: / }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    ...{ name: 'long-project', at: `/projects/${LONG}/queue`, until: 'Ended last', unkept: true },
    answers: LONG_NAMES,
    act: async (page) => {
      const more = page.getByRole('button', { name: 'More', exact: true });
      if (await more.isVisible()) await more.click();
      await page
        .getByRole('button', { name: /^Project: / })
        .filter({ visible: true })
        .click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    ...{ name: 'card-menu', at: at('').slice(0, -1), until: 'Night and weekend bonus', unkept: true },
    act: async (page) => {
      await page
        .locator('[data-card$="pr-214"]')
        .getByRole('button', { name: /^Acts on/ })
        .click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
];
