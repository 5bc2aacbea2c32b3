import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { runCommand } from '../../drivers/shared/run-command.ts';
import { postReceiveHook } from './post-receive-hook.ts';
import { type PushTold, registerGitWebhook } from './register-webhook.ts';

const TOKEN = `to'k"e\\n$(id)`;
const SHA = 'a'.repeat(40);

let app: FastifyInstance;
let url: string;
let told: PushTold[];
let folder: string;

beforeEach(async () => {
  told = [];
  const quiet = (): void => undefined;
  app = fastify();
  registerGitWebhook(app, {
    tokens: () => ({ other: [new Secret('x')], shop: [new Secret('old'), new Secret(TOKEN)] }),
    told: async (push) => void told.push(push),
    logger: { info: quiet, warn: quiet, error: quiet },
  });
  app.post('/other', async (request) => ({ got: request.body }));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'slipway-hook-'));
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const post = async (body: unknown, token: string | null = TOKEN) => {
  const response = await fetch(`${url}/webhooks/git`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
  });
  return response.status;
};

describe('POST /webhooks/git', () => {
  it('keeps what was pushed, for the project whose token it is', async () => {
    expect(await post({ ref: 'refs/heads/fix/a', before: '0'.repeat(40), after: SHA })).toBe(202);
    expect(told).toEqual([{ project: 'shop', branch: 'fix/a', before: '0'.repeat(40), after: SHA, deleted: false }]);
  });

  it('leaves the body parser of other routes alone', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/other`, { method: 'POST', body: '{"a":1}', headers });

    expect(await response.json()).toEqual({ got: { a: 1 } });
  });

  it('sees that a branch was deleted', async () => {
    await post({ ref: 'refs/heads/fix', before: SHA, after: '0'.repeat(40) }, 'old');

    expect(told).toMatchObject([{ deleted: true }]);
  });

  it('refuses a wrong or missing token, and what is no push to a branch', async () => {
    const push = { ref: 'refs/heads/fix', before: SHA, after: SHA };

    expect(await post(push, 'guess')).toBe(401);
    expect(await post(push, null)).toBe(401);
    expect(await post({ ...push, ref: 'refs/tags/v1' })).toBe(400);
    expect(await post({ ...push, after: 'HEAD' })).toBe(400);
    expect(await post('refs/heads/fix')).toBe(400);
    expect(told).toEqual([]);
  });
});

describe('postReceiveHook', () => {
  const git = (...args: string[]) => runCommand('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);

  it('tells of every branch that a real push moves, whatever is in the token', async () => {
    const [bare, work] = [join(folder, 'bare'), join(folder, 'work')];
    await git('init', '-q', '--bare', bare);
    await git('init', '-q', '-b', 'main', work);
    await git('-C', work, 'commit', '-q', '--allow-empty', '-m', 'first');
    await writeFile(join(bare, 'hooks/post-receive'), postReceiveHook({ url: `${url}/`, token: TOKEN }));
    await chmod(join(bare, 'hooks/post-receive'), 0o700);

    await git('-C', work, 'push', '-q', bare, 'main', 'main:fix/a', 'main:refs/tags/v1');

    const { stdout } = await git('-C', work, 'rev-parse', 'main');
    expect(
      told
        .map(({ branch, after, deleted }) => ({ branch, after, deleted }))
        .sort((a, b) => a.branch.localeCompare(b.branch)),
    ).toEqual([
      { branch: 'fix/a', after: stdout.trim(), deleted: false },
      { branch: 'main', after: stdout.trim(), deleted: false },
    ]);
  });

  it('does not fail the push when Slipway is not there', async () => {
    const [bare, work] = [join(folder, 'bare'), join(folder, 'work')];
    await git('init', '-q', '--bare', bare);
    await git('init', '-q', '-b', 'main', work);
    await git('-C', work, 'commit', '-q', '--allow-empty', '-m', 'first');
    await writeFile(join(bare, 'hooks/post-receive'), postReceiveHook({ url: 'http://127.0.0.1:9', token: TOKEN }));
    await chmod(join(bare, 'hooks/post-receive'), 0o700);

    const { stderr } = await git('-C', work, 'push', bare, 'main');

    expect(stderr).toContain('slipway: could not be told of refs/heads/main');
  });

  it('refuses an address or token that could add a line', () => {
    expect(() => postReceiveHook({ url: 'http://x', token: 'a\nb' })).toThrow('the token must be printable');
  });
});
