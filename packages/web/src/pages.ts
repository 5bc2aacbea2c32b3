/** Every page: its address, what loads it, and where the navigation shows it. To add one: a row here, a file in pages/. */
import type { Permission } from '@slipway/contracts/permissions';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { loadPage } from './api/load-page.ts';
import type { IconName } from './ui/icon.tsx';

export interface NavEntry {
  readonly word: string;
  readonly icon: IconName;
  /** `g` and this letter goes there. */
  readonly letter: string;
  /** `project`: of the project in the address; `installation`: of all. */
  readonly group: 'project' | 'installation';
  /** What others call it: the palette finds it by these words, too. */
  readonly also?: string;
  /** Shown to those who may this. Left out: to all. */
  readonly needs?: Permission;
}

export interface PageRow {
  /** As wouter matches it; `:project` is filled in by the navigation, which leaves out what may be left out (`:name?`). */
  readonly path: string;
  readonly Page: LazyExoticComponent<ComponentType>;
  readonly nav?: NavEntry;
  /** Without sidebar, for those who are not signed in. */
  readonly bare?: boolean;
}

const page = (load: () => Promise<ComponentType>): LazyExoticComponent<ComponentType> =>
  lazy(async () => ({ default: await loadPage(load) }));

const project = (word: string, icon: IconName, letter: string, needs?: Permission): NavEntry => ({
  word,
  icon,
  letter,
  group: 'project',
  ...(needs === undefined ? {} : { needs }),
});

const installation = (word: string, icon: IconName, letter: string, needs?: Permission): NavEntry => ({
  ...project(word, icon, letter, needs),
  group: 'installation',
});

/** In the order of the navigation; the first whose path matches is shown. */
export const PAGES: readonly PageRow[] = [
  { path: '/', Page: page(async () => (await import('./pages/projects.tsx')).ProjectsPage) },
  {
    path: '/projects/:project',
    Page: page(async () => (await import('./pages/board/board.tsx')).BoardPage),
    nav: project('Board', 'board', 'b'),
  },
  {
    path: '/projects/:project/queue',
    Page: page(async () => (await import('./pages/queue/queue.tsx')).QueuePage),
    nav: { ...project('Queue', 'queue', 'q'), also: 'builds, runs, logs' },
  },
  {
    path: '/projects/:project/staging',
    Page: page(async () => (await import('./pages/environment/environment.tsx')).StagingPage),
    nav: { ...project('Staging', 'staging', 's'), also: 'deploy, refresh data, rehearse' },
  },
  {
    path: '/projects/:project/production',
    Page: page(async () => (await import('./pages/environment/environment.tsx')).ProductionPage),
    nav: { ...project('Production', 'production', 'o'), also: 'history, roll back' },
  },
  {
    path: '/projects/:project/previews/:number',
    Page: page(async () => (await import('./pages/preview/preview.tsx')).PreviewPage),
  },
  {
    path: '/projects/:project/promotions',
    Page: page(async () => (await import('./pages/promotions/list.tsx')).PromotionsPage),
    nav: { ...project('Promotions', 'promote', 'p'), also: 'merge, approve, deploy to production' },
  },
  {
    path: '/projects/:project/promotions/new',
    Page: page(async () => (await import('./pages/promotions/new.tsx')).NewPromotionPage),
  },
  {
    path: '/projects/:project/promotions/:promotion',
    Page: page(async () => (await import('./pages/promotions/promotion.tsx')).PromotionPage),
  },
  {
    path: '/people',
    Page: page(async () => (await import('./pages/people/people.tsx')).PeoplePage),
    nav: installation('People', 'people', 'u', 'installation'),
  },
  {
    path: '/tokens',
    Page: page(async () => (await import('./pages/tokens/tokens.tsx')).TokensPage),
    nav: installation('Tokens', 'key', 't', 'installation'),
  },
  {
    path: '/audit',
    Page: page(async () => (await import('./pages/audit/audit.tsx')).AuditPage),
    nav: installation('Audit log', 'audit', 'a', 'installation'),
  },
  {
    path: '/about',
    Page: page(async () => (await import('./pages/about/about.tsx')).AboutPage),
    nav: installation('About', 'health', 'h'),
  },
  { path: '/account', Page: page(async () => (await import('./pages/account/account.tsx')).AccountPage) },
  { path: '/sign-in', bare: true, Page: page(async () => (await import('./pages/entry/sign-in.tsx')).SignInPage) },
  { path: '/setup', bare: true, Page: page(async () => (await import('./pages/entry/setup.tsx')).SetupPage) },
  {
    path: '/invitation',
    bare: true,
    Page: page(async () => (await import('./pages/entry/invitation.tsx')).InvitationPage),
  },
  {
    path: '/password',
    bare: true,
    Page: page(async () => (await import('./pages/entry/new-password.tsx')).NewPasswordPage),
  },
  {
    path: '/projects/:project/runs/:run',
    Page: page(async () => (await import('./pages/run/run.tsx')).RunPage),
  },
  {
    path: '/projects/:project/mails/:name/:mail',
    Page: page(async () => (await import('./pages/mails/mail.tsx')).MailPage),
  },
  {
    path: '/projects/:project/mails/:name?',
    Page: page(async () => (await import('./pages/mails/mails.tsx')).MailsPage),
    nav: { ...project('Mails', 'mail', 'm', 'preview'), also: 'mail catcher' },
  },
  {
    path: '/projects/:project/backups',
    Page: page(async () => (await import('./pages/backups/backups.tsx')).BackupsPage),
    nav: { ...project('Backups', 'backup', 'k', 'read'), also: 'snapshots, dump, restore' },
  },
  {
    path: '/projects/:project/shells/:name?',
    Page: page(async () => (await import('./pages/shells/shells.tsx')).ShellsPage),
    nav: { ...project('Shells', 'terminal', 'l', 'preview'), also: 'terminal, psql, log in as' },
  },
  {
    path: '/projects/:project/settings',
    Page: page(async () => (await import('./pages/settings/settings.tsx')).SettingsPage),
    nav: { ...project('Settings', 'settings', 'e', 'settings'), also: 'secrets, members, webhooks' },
  },
];

export const NOT_FOUND = page(async () => (await import('./pages/not-found.tsx')).NotFoundPage);
