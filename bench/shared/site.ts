/** A Slipway of its own with a small shop behind it, and GitHub's part towards it. Gone after `purge`. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreviewView } from '@slipway/contracts/views';
import { type Delivered, deliver, pullRequestBody } from '../../scripts/demo-github.ts';
import { DemoServer } from '../../scripts/demo-server.ts';
import { BRANCH, git, headOf, makeShop, REPOSITORY, type Shop } from '../../scripts/demo-shop.ts';

export const PROJECT = 'shop';
export const README_BRANCH = 'readme-only';
export { BRANCH };

const ROOT = join(import.meta.dirname, '../..');
const started = Date.now();
export const say = (text: string): void =>
  console.error(`[${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s] ${text}`);

/** MB of memory that a process held when it held most. */
export const rssOf = (pid: number | null): number =>
  pid === null ? 0 : Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

export class Site {
  readonly data: string;
  readonly server: DemoServer;
  #shop: Shop | null = null;
  #secret = '';

  constructor(name: string) {
    this.data = join(ROOT, '.slipway', name);
    this.server = new DemoServer(this.data, say);
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void this.server.purge().finally(() => process.exit(130)));
  }

  get shop(): Shop {
    if (this.#shop === null) throw new Error('the site is not up');
    return this.#shop;
  }

  /** `yaml`: a change of the shop's slipway.yaml. */
  async up(settings: Readonly<Record<string, string>>, yaml: (text: string) => string): Promise<void> {
    await this.server.purge().catch(() => undefined);
    rmSync(this.data, { recursive: true, force: true });
    await this.server.up({ api: 8801, edge: 8901 }, settings);
    const shop = makeShop(join(this.data, 'shop'), yaml);
    git(shop.folder, 'checkout', '--quiet', '-b', README_BRANCH, 'main');
    writeFileSync(join(shop.folder, 'README.md'), 'Words only.\n');
    git(shop.folder, 'commit', '--quiet', '-am', 'Say less');
    git(shop.folder, 'push', '--quiet', 'origin', README_BRANCH);
    await this.server.call('POST', '/projects', { folder: shop.folder });
    this.#shop = shop;
    this.#secret = this.server.webhookSecret;
  }

  /** What GitHub says of a pull request with this branch; `sha`: it was pushed to, and its branch is there now. */
  body(number: number, branch: string, sha?: string): string {
    const pull = { repository: REPOSITORY, number, title: `bench ${number}`, branch, base: 'main', at: new Date() };
    return sha === undefined
      ? pullRequestBody({ ...pull, action: 'opened', sha: headOf(this.shop, branch) })
      : pullRequestBody({ ...pull, action: 'synchronize', sha });
  }

  /** Where its webhooks go, and what they are signed with. */
  get github(): { readonly url: string; readonly secret: string } {
    return { url: this.server.url, secret: this.#secret };
  }

  deliver(body: string): Promise<Delivered> {
    return deliver(this.github, body);
  }

  /** Waits until the preview is in one of these states; throws when it fails. Its delivery may not have been worked off yet. */
  async settled(number: number, states: readonly string[]): Promise<PreviewView> {
    for (let tries = 0; tries < 3000; tries++) {
      const preview = await this.server.preview(PROJECT, number).catch(() => null);
      if (preview?.state === 'failed') throw new Error(`preview ${number} failed: ${preview.failure?.message}`);
      if (preview !== null && states.includes(preview.state)) return preview;
      await sleep(100);
    }
    throw new Error(`preview ${number} does not become ${states.join(' or ')}`);
  }
}
