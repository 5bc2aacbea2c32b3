import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GithubBehindPrism, startGithubBehindPrism } from '../../../../../../test/fakes/github/behind-prism.ts';
import { Secret } from '../../../domain/secret.ts';
import { type GithubHost, openGithubHost } from './github-host.ts';
import type { GithubSettings } from './settings.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const NOW = new Date('2026-11-20T10:00:00Z');
const SHA = 'a'.repeat(40);
const COMMENT = { repository: 'octo/shop', number: 12, marker: 'slipway:shop/pr-12', body: 'Building', knownId: null };

let github: GithubBehindPrism;
const open = (credentials: GithubSettings['credentials'], baseUrl = github.url): GithubHost =>
  openGithubHost({ baseUrl, credentials }, { now: () => NOW });
const token = (value = 'test-token'): GithubSettings['credentials'] => ({ kind: 'token', token: new Secret(value) });
const app = (): GithubSettings['credentials'] => ({
  kind: 'app',
  appId: github.fake.appId,
  privateKey: new Secret(privateKey),
});
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

beforeAll(async () => {
  github = await startGithubBehindPrism();
}, 60_000);
afterAll(() => github?.close());
beforeEach(() => {
  github.fake.comments.length = 0;
  github.fake.statuses.length = 0;
  github.fake.requests.length = 0;
  github.fake.permissions.clear();
});

describe.each(['token', 'app'] as const)('signed in by %s', (kind) => {
  const host = (): GithubHost => open(kind === 'token' ? token() : app());

  it('writes one comment and changes it in place', async () => {
    const github12 = host();

    const id = await github12.upsertComment(COMMENT);
    const again = await github12.upsertComment({ ...COMMENT, body: 'Live', knownId: id });

    expect(again).toBe(id);
    expect(github.fake.comments).toMatchObject([{ body: '<!-- slipway:shop/pr-12 -->\nLive', edits: 1 }]);
  });

  it('finds the comment that it wrote before it crashed', async () => {
    const id = await host().upsertComment(COMMENT);

    expect(await host().upsertComment({ ...COMMENT, body: 'Live' })).toBe(id);
    expect(github.fake.comments).toHaveLength(1);
  });

  it('writes no second comment when the answer to the first got lost', async () => {
    github.fake.fail({ status: 502, on: /^POST .*comments/, afterwards: true });

    expect(await failureOf(host().upsertComment(COMMENT))).toMatchObject({ code: 'source-host-unavailable' });
    await host().upsertComment(COMMENT);

    expect(github.fake.comments).toHaveLength(1);
  });

  it('writes a new one when somebody deleted it', async () => {
    const id = await host().upsertComment({ ...COMMENT, knownId: '99' });

    expect(github.fake.comments).toMatchObject([{ id: Number(id) }]);
  });

  it('leaves alone a comment in which somebody else put the marker', async () => {
    const theirs = {
      id: 7,
      repository: 'octo/shop',
      number: 12,
      author: 'mallory',
      app: null,
      body: '<!-- slipway:shop/pr-12 --> hi',
      edits: 0,
    };
    github.fake.comments.push(theirs);

    await host().upsertComment(COMMENT);

    expect(github.fake.comments).toMatchObject([
      { author: 'mallory', edits: 0 },
      { body: expect.stringContaining('Building') },
    ]);
  });

  it('finds its comment behind a hundred others', async () => {
    for (let id = 1; id <= 230; id += 1)
      github.fake.comments.push({
        id,
        repository: 'octo/shop',
        number: 12,
        author: 'mona',
        app: null,
        body: 'hi',
        edits: 0,
      });
    const id = await host().upsertComment(COMMENT);

    expect(await host().upsertComment(COMMENT)).toBe(id);
  });

  it('sets a commit status', async () => {
    await host().setStatus('octo/shop', {
      sha: SHA,
      context: 'slipway/preview',
      state: 'success',
      description: 'x'.repeat(200),
      url: 'https://pr-12.example.com',
    });
    await host().setStatus('octo/shop', {
      sha: SHA,
      context: 'slipway/preview',
      state: 'pending',
      description: 'Building',
      url: null,
    });

    expect(github.fake.statuses).toEqual([
      {
        repository: 'octo/shop',
        sha: SHA,
        context: 'slipway/preview',
        state: 'success',
        description: 'x'.repeat(140),
        target_url: 'https://pr-12.example.com',
      },
      {
        repository: 'octo/shop',
        sha: SHA,
        context: 'slipway/preview',
        state: 'pending',
        description: 'Building',
        target_url: null,
      },
    ]);
  });

  it.each([
    ['admin', true],
    ['maintain', true],
    ['write', true],
    ['triage', false],
    ['read', false],
    ['none', false],
    ['absent', false],
  ])('says of somebody with the role %s that they may write: %s', async (role, expected) => {
    github.fake.permissions.set('octo/shop mona[bot]', role);

    expect(await host().mayWrite('octo/shop', 'mona[bot]')).toBe(expected);
  });

  it('hands git a token', async () => {
    const secret = await host().cloneToken('octo/shop');

    expect(secret.reveal()).toBe(kind === 'token' ? 'test-token' : 'ghs_5');
    expect(String(secret)).toBe('[secret]');
  });
});

describe('what goes wrong', () => {
  const STATUS = { sha: SHA, context: 'slipway/preview', state: 'pending', description: '', url: null } as const;
  const set = (credentials = token(), baseUrl = github.url) =>
    failureOf(open(credentials, baseUrl).setStatus('octo/shop', STATUS));

  it.each([
    ['a 500', { status: 500 }, {}],
    ['a 503', { status: 503 }, {}],
    ['a secondary rate limit', { status: 403, headers: { 'retry-after': '17' } }, { retryAfterSeconds: 17 }],
    [
      'a used-up rate limit',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795168890' } },
      { retryAfterSeconds: 90 },
    ],
    ['a rate limit told only in words', { status: 403, message: 'You have exceeded a secondary rate limit.' }, {}],
    ['a 429', { status: 429, headers: { 'retry-after': '60' } }, { retryAfterSeconds: 60 }],
    ['a broken connection', { status: 0 }, {}],
  ])('%s may be tried again', async (_name, failure, facts) => {
    // Prism knows only what the description lists, so these come straight from the fake.
    github.fake.fail(failure);

    expect(await set(token(), github.fake.url)).toMatchObject({ code: 'source-host-unavailable', facts });
  });

  it.each([401, 403, 404, 422])('a %s may not', async (status) => {
    github.fake.fail({ status, message: 'No.' });

    expect(await set(token(), github.fake.url)).toMatchObject({ code: 'source-host-refused', facts: { status } });
  });

  it('says that nobody is there', async () => {
    const failure = await set(token(), 'http://127.0.0.1:9');

    expect(failure).toMatchObject({ code: 'source-host-unavailable', facts: { host: '127.0.0.1:9' } });
    expect(String(failure)).toMatch(/fetch failed|ECONNREFUSED|bad port/);
  });

  it('says that the token is wrong, without it', async () => {
    const failure = await set(token('wrong-token'));

    expect(failure).toMatchObject({ code: 'source-host-refused', facts: { status: 401 } });
    expect(JSON.stringify(failure)).not.toContain('wrong-token');
  });

  it('says that the App is not installed', async () => {
    const failure = await failureOf(open(app()).setStatus('octo/other', STATUS));

    expect(failure).toMatchObject({ code: 'source-host-refused', facts: { status: 404 } });
  });

  it('asks again who it is after that went wrong once', async () => {
    const host = open(token(), github.fake.url);
    await host.upsertComment(COMMENT);
    github.fake.fail({ status: 500, on: /^GET \/user/ });

    expect(await failureOf(host.upsertComment(COMMENT))).toMatchObject({ code: 'source-host-unavailable' });
    await host.upsertComment(COMMENT);

    expect(github.fake.comments).toHaveLength(1);
  });

  it('is refused by the description when it asks for what GitHub does not know', async () => {
    const state = 'passed' as 'success';

    const failure = await failureOf(open(token()).setStatus('octo/shop', { ...STATUS, state }));

    expect(failure).toMatchObject({ code: 'source-host-refused', facts: { status: 422 } });
    expect(github.fake.statuses).toEqual([]);
  });
});
