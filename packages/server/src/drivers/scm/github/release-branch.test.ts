import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GithubBehindPrism, startGithubBehindPrism } from '../../../../../../test/fakes/github/behind-prism.ts';
import { Secret } from '../../../domain/secret.ts';
import type { ReleaseBranch } from '../../../ports/release-branch.ts';
import { type GithubHost, openGithubHost } from './github-host.ts';

const [OLD, NEW, NEXT] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
const MAIN = 'octo/shop refs/heads/main';
const PREFIX = 'production-2026-11-21';

let github: GithubBehindPrism;
let host: GithubHost;
let releases: ReleaseBranch;
beforeAll(async () => {
  github = await startGithubBehindPrism();
  const credentials = { kind: 'token', token: new Secret('test-token') } as const;
  host = openGithubHost({ baseUrl: github.url, credentials }, { now: () => new Date() });
  releases = host.releases('octo/shop');
}, 60_000);
afterAll(() => github?.close());
beforeEach(() => {
  github.fake.refs.clear();
  github.fake.tags.clear();
  github.fake.diverged.clear();
  github.fake.requests.length = 0;
  github.fake.deployments.length = 0;
});

describe('moving a branch', () => {
  it('goes forward by the API, and twice is once', async () => {
    github.fake.refs.set(MAIN, OLD);

    expect(await releases.forward('main', NEW)).toBe('moved');
    expect(await releases.forward('main', NEW)).toBe('there');
    expect(github.fake.refs.get(MAIN)).toBe(NEW);
    expect(github.fake.requests.filter((line) => line.startsWith('PATCH'))).toHaveLength(1);
  });

  it('makes a branch that is not there, also one with a slash', async () => {
    expect(await releases.forward('release/live', NEW)).toBe('made');
    expect(github.fake.refs.get('octo/shop refs/heads/release/live')).toBe(NEW);
    expect(await releases.forward('release/live', NEXT)).toBe('moved');
  });

  it('is refused where the branch has diverged, and leaves it as it is', async () => {
    github.fake.refs.set(MAIN, OLD);
    github.fake.diverged.add(NEW);

    await expect(releases.forward('main', NEW)).rejects.toMatchObject({
      code: 'branch-diverged',
      facts: { branch: 'main', sha: NEW },
    });
    expect(github.fake.refs.get(MAIN)).toBe(OLD);
  });

  it('tells what GitHub has against it', async () => {
    github.fake.refs.set(MAIN, OLD);
    github.fake.fail({ status: 422, on: /^PATCH/, message: 'Required status check is expected' });

    await expect(releases.forward('main', NEW)).rejects.toMatchObject({
      code: 'branch-refused',
      facts: { reason: expect.stringContaining('Required status check') },
    });
  });

  it('is tried again when GitHub is away', async () => {
    github.fake.fail({ status: 502, on: /^GET/ });

    await expect(releases.forward('main', NEW)).rejects.toMatchObject({ code: 'source-host-unavailable' });
  });
});

describe('tagging a release', () => {
  const tag = (sha: string) => releases.tag({ prefix: PREFIX, sha, message: 'Released' });

  it('counts, annotates, and gives a commit one tag only', async () => {
    expect(await tag(OLD)).toBe(`${PREFIX}-1`);
    expect(await tag(NEW)).toBe(`${PREFIX}-2`);
    expect(await tag(OLD)).toBe(`${PREFIX}-1`);
    expect([...github.fake.tags.values()]).toMatchObject([
      { tag: `${PREFIX}-1`, object: OLD, message: 'Released' },
      { tag: `${PREFIX}-2`, object: NEW },
    ]);
  });

  it('makes no second one when the answer to the first got lost', async () => {
    github.fake.fail({
      status: 422,
      on: /^POST .*\/git\/refs$/,
      message: 'Reference already exists',
      afterwards: true,
    });

    expect(await tag(NEW)).toBe(`${PREFIX}-1`);
    expect([...github.fake.refs.keys()]).toEqual([`octo/shop refs/tags/${PREFIX}-1`]);
  });
});

describe('telling of a deployment', () => {
  const status = { sha: NEW, environment: 'production', state: 'in_progress', description: 'x'.repeat(200) } as const;

  it('makes one for a commit, and says of it how it stands', async () => {
    await host.setDeployment('octo/shop', { ...status, url: null });
    await host.setDeployment('octo/shop', { ...status, state: 'success', url: 'https://erp.example.com' });
    await host.setDeployment('octo/shop', { ...status, sha: NEXT, state: 'failure', url: null });

    expect(github.fake.deployments).toMatchObject([
      {
        sha: NEW,
        environment: 'production',
        statuses: [
          { state: 'in_progress', environment: 'production', description: 'x'.repeat(140) },
          { state: 'success', environment_url: 'https://erp.example.com' },
        ],
      },
      { sha: NEXT, statuses: [{ state: 'failure' }] },
    ]);
  });
});
