/** Every page: its address, what loads it, and where the navigation shows it. To add one: a row here, a file in pages/. */
import type { Permission } from '@slipway/contracts/permissions';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { IconName } from './ui/icon.tsx';

export interface NavEntry {
  readonly word: string;
  readonly icon: IconName;
  /** `g` and this letter goes there. */
  readonly letter: string;
  /** `project`: of the project in the address; `installation`: of all. */
  readonly group: 'project' | 'installation';
  /** Shown to those who may this. Left out: to all. */
  readonly needs?: Permission;
}

export interface PageRow {
  /** As wouter matches it; `:project` is filled in by the navigation. */
  readonly path: string;
  readonly Page: LazyExoticComponent<ComponentType>;
  readonly nav?: NavEntry;
  /** Without sidebar, for those who are not signed in. */
  readonly bare?: boolean;
}

const page = (load: () => Promise<ComponentType>): LazyExoticComponent<ComponentType> =>
  lazy(async () => ({ default: await load() }));

const project = (word: string, icon: IconName, letter: string, needs?: Permission): NavEntry => ({
  word,
  icon,
  letter,
  group: 'project',
  ...(needs === undefined ? {} : { needs }),
});

const MAILS = page(async () => (await import('./pages/mails/mails.tsx')).MailsPage);
const SHELLS = page(async () => (await import('./pages/shells/shells.tsx')).ShellsPage);

/** In the order of the navigation; the first whose path matches is shown. */
export const PAGES: readonly PageRow[] = [
  { path: '/', Page: page(async () => (await import('./pages/projects.tsx')).ProjectsPage) },
  {
    path: '/projects/:project',
    Page: page(async () => (await import('./pages/board/board.tsx')).BoardPage),
    nav: project('Board', 'board', 'b'),
  },
  {
    path: '/projects/:project/runs/:run',
    Page: page(async () => (await import('./pages/run/run.tsx')).RunPage),
  },
  {
    path: '/projects/:project/mails/:name/:mail',
    Page: page(async () => (await import('./pages/mails/mail.tsx')).MailPage),
  },
  { path: '/projects/:project/mails/:name', Page: MAILS },
  { path: '/projects/:project/mails', Page: MAILS, nav: project('Mails', 'mail', 'm', 'preview') },
  {
    path: '/projects/:project/backups',
    Page: page(async () => (await import('./pages/backups/backups.tsx')).BackupsPage),
    nav: project('Backups', 'backup', 'k', 'read'),
  },
  { path: '/projects/:project/shells/:name', Page: SHELLS },
  { path: '/projects/:project/shells', Page: SHELLS, nav: project('Shells', 'terminal', 'l', 'preview') },
];

export const NOT_FOUND = page(async () => (await import('./pages/not-found.tsx')).NotFoundPage);
