import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { PreviewView } from '@slipway/contracts/views';
import { type GithubBehindPrism, startGithubBehindPrism } from '../fakes/github/behind-prism.ts';
import { Installation } from './installation.ts';

export const VIEW = 'addons/shop_order/views/hello.xml';
export const GREETING = 'Welcome to the shop';

/** An installation with GitHub beside it and the shop as its project; the tests of modules are off, which saves 10 s a run. */
export interface Stand {
  readonly github: GithubBehindPrism;
  readonly slipway: Installation;
  /** A commit on the branch of a pull request that changes nothing of its database. */
  plain(number: number): string;
  /** One that changes a view, so that its module is updated; `text` is what /shop/hello says then. */
  greet(number: number, text: string, before?: string): string;
  send(action: 'opened' | 'synchronize' | 'closed', number: number, sha: string): Promise<void>;
  close(): Promise<void>;
}

export const openStand = async (
  settings: (slipway: Installation) => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv> = () => ({}),
): Promise<Stand> => {
  const github = await startGithubBehindPrism();
  github.fake.tokens.set('ghp_test', 'slipway-bot');
  github.fake.permissions.set('acme/shop ada', 'write');
  const slipway = new Installation(github.url);
  Object.assign(slipway.settings, await settings(slipway));
  const close = async (): Promise<void> => {
    await slipway.remove();
    await github.close();
  };
  try {
    await slipway.prepare((config) => config.replace('demo: false', 'demo: false\n    tests: false'));
    await slipway.start();
    await slipway.api('POST', '/projects', { folder: slipway.shop });
  } catch (error) {
    await close();
    throw error;
  }
  let words = 0;
  return {
    github,
    slipway,
    plain: (number) => {
      words++;
      return slipway.commit(branchOf(number), 'Words', { 'README.md': ['# shop', `# shop ${words}`] });
    },
    greet: (number, text, before = GREETING) => slipway.commit(branchOf(number), text, { [VIEW]: [before, text] }),
    send: async (action, number, sha) => {
      const answer = await slipway.deliver('pull_request', { action, number, branch: branchOf(number), sha });
      if (answer.status !== 202) throw new Error(`${action} ${number}: ${answer.status}`);
    },
    close,
  };
};

const branchOf = (number: number): string => `change-${number}`;

/** Where a preview answers, also while the control plane is away. */
export const addressOf = (number: number): Pick<PreviewView, 'url'> => ({
  url: `http://pr-${number}-${branchOf(number)}.localhost`,
});

/** Resolves when Odoo is at work on the modules of this preview. */
export const updating = async (slipway: Installation, number: number): Promise<void> => {
  const name = `slipway-${slipway.instance}-shop.pr-${number}-job-update`;
  for (const end = Date.now() + 300_000; Date.now() < end; await pause(50)) {
    const found = execFileSync('docker', ['ps', '-q', '--filter', `name=^${name}$`], { encoding: 'utf8' });
    // A second later it is past its imports and in the database.
    if (found.trim() !== '') return pause(1000).then(() => undefined);
  }
  throw new Error(`${name} never ran`);
};

/** Asks as somebody does who looks at the page until it is there. Answers after how many milliseconds it was. */
export const until200 = async (slipway: Installation, number: number, seconds = 30): Promise<number> => {
  const begun = performance.now();
  for (const end = begun + seconds * 1000; performance.now() < end; await pause(100)) {
    const answer = await slipway.get(addressOf(number), '/web/login').catch(() => null);
    if (answer?.status === 200) return performance.now() - begun;
  }
  throw new Error(`preview ${number} did not answer 200 within ${seconds} s`);
};
