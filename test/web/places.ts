import type { Answers } from './stand-in.ts';

export const NOW = new Date().toISOString();
export const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const card = (name: string, stage: string, more: object = {}): object => ({
  ...{
    environment: `shop/${name}`,
    name,
    stage,
    number: null,
    title: null,
    branch: 'main',
    state: 'live',
    reason: null,
    url: null,
  },
  ...{
    verdict: null,
    tests: null,
    commit: { sha: 'a1'.repeat(20), message: null, author: null, at: null },
    liveSha: null,
    run: null,
  },
  ...{ failure: null, upkeep: [], updatedAt: ago(7), ...more },
});

export const BOARD = {
  ...{ project: 'shop', repository: 'acme/shop', defaultBranch: 'main', places: { used: 2, max: 5 } },
  production: [card('production', 'production')],
  staging: [card('staging', 'staging', { branch: 'release' })],
  previews: [
    card('pr-12', 'preview', {
      number: 12,
      branch: 'feature/<img src=x onerror=window.hacked=1>',
      url: 'http://pr-12.shop.localhost',
    }),
    card('pr-13', 'preview', { number: 13, branch: 'feature/stock', state: 'sleeping' }),
  ],
};

/** An answer of /me: in that role, or, for null, who administers the installation. */
export const meAs = (role: string | null): object => ({
  user: { id: 'u1', name: 'Ada', email: 'ada@example.org', twoFactor: false },
  ...{ via: 'session', installation: role === null, roles: role === null ? {} : { shop: role }, setup: false },
});

/** Somebody who administers the project, and looks at it. */
export const PLACES: Answers = {
  me: meAs('admin'),
  projects: [
    {
      name: 'shop',
      repository: 'acme/shop',
      defaultBranch: 'main',
      role: 'admin',
      stages: { production: true, staging: true },
    },
  ],
  board: BOARD,
};
