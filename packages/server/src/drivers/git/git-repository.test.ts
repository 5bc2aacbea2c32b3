import { chmod, chown, lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitSandbox, makeGitSandbox } from '../../../../../test/fakes/git/sandbox.ts';
import { Secret } from '../../domain/secret.ts';
import { runCommand } from '../shared/run-command.ts';
import { type GitRepository, openGitRepository } from './git-repository.ts';

let sandbox: GitSandbox;
let root: string;
let work: string;
let git: GitSandbox['git'];
let commit: GitSandbox['commit'];
let repository: GitRepository;

beforeEach(async () => {
  sandbox = await makeGitSandbox();
  ({ root, work, git, commit } = sandbox);
  repository = await open(work);
});
afterEach(() => sandbox.remove());

const open = (url: string, more: { token?: () => Promise<Secret> } = {}) =>
  openGitRepository({ url, data: join(root, 'data'), clock: { now: () => new Date() }, ...more });

describe('a git repository', () => {
  it('resolves branches, tags, full and short commit ids to a full one', async () => {
    const sha = await git(work, 'rev-parse', 'HEAD');
    await git(work, 'branch', 'feature/a');
    await git(work, 'tag', '-a', 'v1', '-m', 'one');

    for (const ref of ['main', 'feature/a', 'v1', 'refs/heads/main', 'HEAD', sha, sha.slice(0, 8)])
      expect(await repository.resolve(ref)).toBe(sha);
  });

  it.each([
    'nowhere',
    '-x',
    '--upload-pack=touch /tmp/x',
    'main:slipway.yaml',
    'main~1',
    'a..b',
    '@{u}',
    'main^{tree}',
    '',
    'f'.repeat(40),
  ])('has no ref %j', async (ref) => {
    await expect(repository.resolve(ref)).rejects.toMatchObject({ code: 'ref-not-found', facts: { ref } });
  });

  it('finds a ref that was pushed after the last fetch', async () => {
    await repository.fetch();
    await git(work, 'branch', 'later');

    expect(await repository.resolve('later')).toBe(await git(work, 'rev-parse', 'HEAD'));
  });

  it('follows a branch that was moved back, and forgets one that was deleted', async () => {
    const first = await git(work, 'rev-parse', 'HEAD');
    await git(work, 'branch', 'gone');
    await commit(work, { a: '1' }, 'second', 2000);
    await repository.fetch();
    await git(work, 'reset', '--quiet', '--hard', first);
    await git(work, 'branch', '-D', 'gone');
    await git(work, 'branch', 'gone/deeper');

    await repository.fetch();

    expect(await repository.resolve('main')).toBe(first);
    await expect(repository.resolve('gone')).rejects.toMatchObject({ code: 'ref-not-found' });
  });

  it('fetches the head of a pull request, by its ref and by its commit', async () => {
    const sha = await commit(work, { a: '1' }, 'from a fork', 2000);
    await git(work, 'update-ref', 'refs/pull/7/head', sha);
    await git(work, 'reset', '--quiet', '--hard', 'HEAD~1');

    expect(await repository.resolve('refs/pull/7/head')).toBe(sha);
    await repository.fetch(sha);
    expect(await repository.readFile(sha, 'a')).toBe('1');
  });

  it('fetches a commit that no ref leads to any more', async () => {
    const sha = await commit(work, { a: '1' }, 'amended away', 2000);
    await git(work, 'reset', '--quiet', '--hard', 'HEAD~1');

    await repository.fetch(sha);

    expect((await repository.commit(sha)).message).toBe('amended away');
  });

  it('needs no remote for a commit that is here', async () => {
    const sha = await repository.resolve('main');
    await rm(work, { recursive: true });

    await repository.fetch(sha);

    expect(await repository.readFile(sha, 'slipway.yaml')).toBe('version: 1\n');
  });

  it('reads a commit and its files', async () => {
    const sha = await commit(work, { 'ü/é.txt': 'ñ' }, 'Subject\n\nBody [skip ci]', 1_700_000_000);

    expect(await repository.commit(sha)).toEqual({
      sha,
      author: 'Mona',
      message: 'Subject\n\nBody [skip ci]',
      committedAt: '2023-11-14T22:13:20.000Z',
    });
    expect(await repository.readFile(sha, 'ü/é.txt')).toBe('ñ');
    expect(await repository.readFile(sha, 'nothing')).toBeNull();
    expect(await repository.readFile(sha, 'sale')).toBeNull();
  });

  it('names all heads', async () => {
    await git(work, 'branch', '19.0');

    const sha = await git(work, 'rev-parse', 'HEAD');
    expect(await repository.branches()).toEqual({ main: sha, '19.0': sha });
  });

  it("takes a remote's HEAD for the default branch, whatever else there is", async () => {
    await git(work, 'branch', '19.0');
    await git(root, 'clone', '--quiet', '--bare', work, 'bare.git');
    await git(join(root, 'bare.git'), 'symbolic-ref', 'HEAD', 'refs/heads/19.0');

    expect(await (await open(join(root, 'bare.git'))).defaultBranch()).toBe('19.0');
    expect(await (await open(`file://${root}/bare.git`)).defaultBranch()).toBe('19.0');
  });

  it('does not take the branch that happens to be checked out in a working folder for the default one', async () => {
    await git(work, 'checkout', '--quiet', '-b', 'feature');
    expect(await repository.defaultBranch()).toBe('main');
    expect(await (await open(`file://${work}`)).defaultBranch()).toBe('main');

    await git(work, 'branch', '-m', 'main', 'master');
    expect(await repository.defaultBranch()).toBe('master');

    await git(work, 'branch', '-m', 'master', '19.0');
    expect(await repository.defaultBranch()).toBe('feature');
  });

  it("prefers what a working folder's own remote calls the default branch, also when it was never checked out", async () => {
    await git(work, 'checkout', '--quiet', '-b', '19.0');
    const sha = await commit(work, { a: '1' }, 'on 19.0', 2000);
    await git(root, 'clone', '--quiet', '--no-local', work, 'clone');
    await git(join(root, 'clone'), 'checkout', '--quiet', '-b', 'feature');
    await git(join(root, 'clone'), 'branch', '-D', '19.0');
    await git(join(root, 'clone'), 'branch', 'main', 'HEAD~1');

    const clone = await open(join(root, 'clone'));
    expect(await clone.defaultBranch()).toBe('19.0');
    expect(await clone.resolve('19.0')).toBe(sha);
  });

  it('names a default branch also where a working folder is on none', async () => {
    await git(work, 'branch', '-m', 'main', 'trunk');
    await git(work, 'checkout', '--quiet', '--detach');

    expect(await repository.defaultBranch()).toBe('trunk');
  });

  it('serves many callers at once', async () => {
    const sha = await git(work, 'rev-parse', 'HEAD');

    const others = await Promise.all([open(work), open(work)]);
    const folders = await Promise.all([...others, repository, repository].map((one) => one.checkout(sha)));

    expect(new Set(folders).size).toBe(1);
    expect(await readdir(dirname(folders[0] ?? ''))).toEqual([sha]);
  });

  it.runIf(process.getuid?.() === 0)('reads a working folder that belongs to another user', async () => {
    for (const path of [work, join(work, '.git')]) await chown(path, 12_345, 12_345);

    expect(await repository.resolve('main')).toMatch(/^[0-9a-f]{40}$/);
  });

  it('runs no hook and no program that a repository names', async () => {
    const marker = join(root, 'ran');
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'uploadpack']) {
      await writeFile(join(work, '.git/hooks', hook), `#!/bin/sh\ntouch ${marker}\n`);
      await chmod(join(work, '.git/hooks', hook), 0o755);
    }
    const sha = await commit(work, { '.gitattributes': '* filter=evil diff=evil\n' }, 'attributes', 2000);
    await git(work, 'config', 'core.fsmonitor', `touch ${marker}`);
    await git(work, 'config', 'filter.evil.smudge', `touch ${marker}`);
    await rm(marker, { force: true });

    await repository.checkout(sha);

    await expect(lstat(marker)).rejects.toThrow('ENOENT');
  });
});

describe('addresses', () => {
  it.each([
    '-oProxyCommand=x',
    'ext::sh -c id',
    'ssh://-oProxyCommand=x/y',
    'ftp://example.com/x',
    'work',
    '',
    'https://a\nb',
  ])('refuses %j before git sees it', async (url) => {
    await expect(open(url)).rejects.toMatchObject({ code: 'config-invalid' });
  });

  it('says what git says about a remote that is not there, without what is secret', async () => {
    const absent = await open('https://mona:hunter2@127.0.0.1:9/shop.git');

    const failure = await absent.fetch().catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 'repository-unreachable',
      facts: { repository: 'https://127.0.0.1:9/shop.git' },
    });
    expect(String(failure)).toContain('Failed to connect');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  it('says when a path is no repository', async () => {
    const absent = await open(join(root, 'nothing'));

    await expect(absent.fetch()).rejects.toMatchObject({ code: 'repository-unreachable' });
  });

  it('sends the token in a header, never in an address or an argument', async () => {
    await git(work, 'update-server-info');
    const seen: (string | undefined)[] = [];
    const server = await serve(join(work, '.git'), seen);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop.git`;
    const withToken = await open(url, { token: async () => new Secret('ghs_token') });

    const sha = await withToken.resolve('main');
    server.close();

    expect(sha).toBe(await git(work, 'rev-parse', 'HEAD'));
    expect(new Set(seen)).toEqual(new Set([`Basic ${Buffer.from('x-access-token:ghs_token').toString('base64')}`]));
    const written = await runCommand('grep', ['-rl', '-e', 'ghs_token', '-e', 'x-access-token', join(root, 'data')]);
    expect(written.stdout).toBe('');
  });

  it('says that the token is refused, without it', async () => {
    const server = createServer((_request, response) => response.writeHead(403).end('no ghs_token'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop.git`;
    const refused = await open(url, { token: async () => new Secret('ghs_token') });

    const failure = await refused.fetch().catch((error: unknown) => error);
    server.close();

    expect(failure).toMatchObject({
      code: 'repository-unreachable',
      facts: { reason: expect.stringContaining('403') },
    });
    expect(JSON.stringify(failure)).not.toContain('ghs_token');
  });
});

/** git's plain HTTP: the files of a repository. */
const serve = async (folder: string, seen: (string | undefined)[]): Promise<Server> => {
  const server = createServer(async (request, response) => {
    seen.push(request.headers.authorization);
    const path = new URL(request.url ?? '', 'http://x').pathname.replace('/shop.git/', '');
    const content = await readFile(join(folder, path)).catch(() => null);
    response.writeHead(content ? 200 : 404, { 'content-type': 'text/plain' }).end(content ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
