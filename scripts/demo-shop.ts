/** The demo's repository: examples/shop with a `main` branch and a pull request's branch, behind a bare remote like a real one. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '../examples/shop');
/** What the pull request changes. */
export const VIEW = 'addons/shop_order/views/hello.xml';
export const CONTROLLER = 'addons/shop_order/controllers/hello.py';

export const REPOSITORY = 'demo/shop';
export const BRANCH = 'new-greeting';

export interface Shop {
  /** The working clone; its `slipway.yaml` names the bare repository. */
  readonly folder: string;
  readonly remote: string;
}

/** git as the demo's user, whatever the machine's configuration says. */
export const git = (folder: string, ...words: readonly string[]): string => {
  const settings = [
    'user.name=Slipway demo',
    'user.email=demo@example.com',
    'commit.gpgsign=false',
    'core.hooksPath=/dev/null',
  ];
  const call = [...settings.flatMap((setting) => ['-c', setting]), ...words];
  return execFileSync('git', call, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
};

const edit = (file: string, change: (text: string) => string): void =>
  writeFileSync(file, change(readFileSync(file, 'utf8')));

/** Makes the repository, or finds it. Made aside and moved into place whole, so a demo that was killed half-way is no trouble. */
export const makeShop = (into: string, settings: (yaml: string) => string = (yaml) => yaml): Shop => {
  const shop = { folder: join(into, 'work'), remote: join(into, 'origin.git') };
  if (existsSync(into)) return shop;
  const aside = `${into}.making`;
  rmSync(aside, { recursive: true, force: true });
  const work = join(aside, 'work');
  mkdirSync(aside, { recursive: true });
  cpSync(EXAMPLE, work, { recursive: true, filter: (path) => !path.endsWith('__pycache__') });
  edit(join(work, 'slipway.yaml'), (text) => {
    const own = text.replace(/^# yaml-language-server.*\n/, '');
    return `${settings(own)}source:\n  github: ${REPOSITORY}\n  git: ${JSON.stringify(shop.remote)}\n`;
  });
  git(work, 'init', '--quiet', '--initial-branch=main');
  git(work, 'add', '.');
  git(work, 'commit', '--quiet', '-m', 'A small shop');
  git(work, 'checkout', '--quiet', '-b', BRANCH);
  edit(join(work, VIEW), (text) => text.replace('Welcome to the shop', 'Good to see you in the shop'));
  git(work, 'commit', '--quiet', '-am', 'Greet customers warmly');
  git(aside, 'clone', '--quiet', '--bare', work, join(aside, 'origin.git'));
  git(work, 'remote', 'add', 'origin', shop.remote);
  renameSync(aside, into);
  return shop;
};

/** A commit on `main`, pushed; done once, however often it is asked for. */
export const changeMain = (shop: Shop, message: string, file: string, [from, to]: readonly [string, string]): void => {
  git(shop.folder, 'checkout', '--quiet', 'main');
  const path = join(shop.folder, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(to)) {
    writeFileSync(path, text.replace(from, to));
    git(shop.folder, 'commit', '--quiet', '-am', message);
  }
  git(shop.folder, 'push', '--quiet', 'origin', 'main');
  git(shop.folder, 'checkout', '--quiet', BRANCH);
};

/** The commit of the branch, as the remote has it. */
export const headOf = (shop: Shop, branch: string): string => git(shop.remote, 'rev-parse', `refs/heads/${branch}`);

/** Where the pull request's branch left `main`. */
export const baseOf = (shop: Shop): string => git(shop.remote, 'merge-base', 'refs/heads/main', `refs/heads/${BRANCH}`);

/** The heading that `/shop/hello` has at this commit. */
export const greetingAt = (shop: Shop, sha: string): string =>
  /<h1>(.*?)<\/h1>/.exec(git(shop.remote, 'show', `${sha}:${VIEW}`))?.[1] ?? '';
