import { execFileSync } from 'node:child_process';
import type { ProductionView } from '@slipway/contracts/production-views';
import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { RunView } from '@slipway/contracts/views';
import { type GithubBehindPrism, startGithubBehindPrism } from '../fakes/github/behind-prism.ts';
import { Installation } from './installation.ts';

export const PRODUCTION = { url: 'http://production.localhost' } as const;

interface Begun {
  readonly run: string;
}

/** An installation with the shop, of which Slipway runs the production, and somebody else than the operator, who approves. */
export interface ProductionStand {
  readonly slipway: Installation;
  /** What the run came to, however it ended. */
  ended(begun: Begun, seconds?: number): Promise<RunView>;
  /** The same, of what has to succeed. */
  succeeded(begun: Promise<Begun>): Promise<RunView>;
  git(...words: string[]): string;
  view(): Promise<ProductionView>;
  hello(): Promise<string>;
  /** Asks for what staging runs, and has somebody else look at it. */
  approved(sha: string): Promise<PromotionView>;
  /** Waits for the backup that asking has begun, and lets it go; what is done `last` is not in that backup. */
  deploy(sha: string, last?: () => Promise<unknown>): Promise<Begun>;
  /** Names of the containers of scheduled actions that run. */
  crons(): string[];
  close(): Promise<void>;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const openProductionStand = async ({
  edit,
  before = () => undefined,
}: {
  /** Of slipway.yaml. */
  readonly edit: (config: string) => string;
  readonly before?: (slipway: Installation) => void;
}): Promise<ProductionStand> => {
  const github: GithubBehindPrism = await startGithubBehindPrism();
  const slipway = new Installation(github.url);
  const close = async (): Promise<void> => {
    await slipway.remove();
    await github.close();
  };
  try {
    before(slipway);
    await slipway.prepare(edit);
    await slipway.start();
    await slipway.api('POST', '/projects', { folder: slipway.shop });
    const made = { name: 'grace', email: 'grace@example.com', scopes: ['approve'] };
    const { token } = await slipway.api<{ token: string }>('POST', '/tokens', made);
    return { ...standOf(slipway, token), close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** `grace`: the token of somebody who wrote nothing and asked for nothing. */
const standOf = (slipway: Installation, grace: string): Omit<ProductionStand, 'close'> => {
  const ended: ProductionStand['ended'] = async ({ run }, seconds = 240) => {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const view = await slipway.api<RunView>('GET', `/runs/${run}`).catch(() => null);
      if (view?.failure?.code === 'internal') throw new Error(slipway.lastWords());
      if (view !== null && view.state !== 'queued' && view.state !== 'running') return view;
      if (Date.now() > until) throw new Error(`${JSON.stringify(view, null, 1)}\n${slipway.lastWords()}`);
      await pause(200);
    }
  };
  const approved: ProductionStand['approved'] = async (sha) => {
    const asked = await slipway.api<PromotionView>('POST', '/projects/shop/promotions', {});
    if (asked.ready || asked.release.sha !== sha) throw new Error(JSON.stringify(asked, null, 1));
    await slipway.api('POST', `/projects/shop/promotions/${asked.id}/approve`, { sha }, grace);
    return asked;
  };
  return {
    slipway,
    ended,
    succeeded: async (begun) => {
      const view = await ended(await begun);
      if (view.state !== 'succeeded') throw new Error(JSON.stringify(view.failure, null, 1));
      return view;
    },
    git: (...words) => execFileSync('git', words, { cwd: slipway.shop, encoding: 'utf8' }).trim(),
    view: () => slipway.api('GET', '/projects/shop/production'),
    hello: async () => (await slipway.get(PRODUCTION, '/shop/hello')).text,
    approved,
    deploy: async (sha, last = async () => null) => {
      const { id } = await approved(sha);
      for (const until = Date.now() + 120_000; ; await pause(500)) {
        const view = await slipway.api<PromotionView>('POST', '/projects/shop/promotions', {});
        if (view.ready) break;
        const open = view.gates.filter(({ state }) => state === 'wait' || state === 'fail');
        if (open.some(({ state }) => state === 'fail') || Date.now() > until)
          throw new Error(JSON.stringify(open, null, 1));
      }
      await last();
      return slipway.api('POST', `/projects/shop/promotions/${id}/go`, {});
    },
    crons: () => running(slipway).filter((name) => name.endsWith('-cron')),
  };
};

/** Names of the containers of production that run. */
export const running = ({ instance }: Installation): string[] =>
  execFileSync('docker', ['ps', '--format', '{{.Names}}'], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name.startsWith(`slipway-${instance}-shop.production-`));
