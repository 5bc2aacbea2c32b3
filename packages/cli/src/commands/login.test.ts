import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rememberedFile } from '../local/remembered.ts';
import { startContractServer, TOKEN } from '../testing/contract-server.ts';
import { runSlipway, type Situation } from '../testing/run-slipway.ts';
import { status } from '../testing/samples.ts';

let home: string;
let variables: Record<string, string>;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'slipway-login-'));
  // No data folder is named: nothing of Slipway was ever on this machine.
  variables = { HOME: home, PATH: join(home, 'bin'), SLIPWAY_DATA: '' };
});
afterEach(() => rmSync(home, { recursive: true }));

const me = {
  user: { id: 'u1', name: 'Ada', email: 'ada@example.com', twoFactor: true },
  ...{ via: 'token', installation: false, roles: {}, setup: false },
} as const;
const ways = { providers: [], setup: false };
const serve = () => startContractServer({ signInWays: () => ways, me: () => me, status: () => status });
const slipway = (words: readonly string[], more: Situation = {}) =>
  runSlipway(words, { ...more, variables: { ...variables, ...more.variables } });
/** A browser that writes down what it was asked to show. */
const browser = (exit = 0): string => {
  const seen = join(home, 'seen');
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(join(home, 'bin/xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$#" "$@" > '${seen}'\nexit ${exit}\n`);
  chmodSync(join(home, 'bin/xdg-open'), 0o755);
  return seen;
};

it('after it, commands of a machine that knew nothing go to that server', async () => {
  await using server = await serve();
  expect((await slipway(['status'])).code).not.toBe(0);

  const { code, stdout, stderr } = await slipway(['login', `${server.url}/`], { stdin: `${TOKEN}\n` });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(`✓ Signed in to ${server.url} as ada@example.com.\n  Commands go there from now on.\n`);
  expect((await slipway(['status', '--json'])).stdout).toContain(status.version);
  expect(server.asked.at(-1)?.authorization).toBe(`Bearer ${TOKEN}`);
});

it('keeps the token where nobody else reads it, and shows it nowhere', async () => {
  await using server = await serve();

  const { stdout, stderr } = await slipway(['login', server.url], { stdin: TOKEN });

  const file = rememberedFile({ variables });
  expect(file).toBe(join(home, '.config/slipway/servers.json'));
  expect([statSync(file).mode & 0o777, statSync(join(home, '.config/slipway')).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(readFileSync(file, 'utf8')).toContain(TOKEN);
  expect(stdout + stderr).not.toContain(TOKEN);
});

it('sends the token to its own server only', async () => {
  await using server = await serve();
  await using other = await serve();
  await slipway(['login', server.url], { stdin: TOKEN });

  await slipway(['status', '--server', other.url]);

  expect(other.asked.at(-1)?.authorization).toBeUndefined();
  expect((await slipway(['status', '--server', server.url.replace('http', 'HTTP')])).code).toBe(0);
});

it('refuses a token that the server does not know, and keeps nothing', async () => {
  await using server = await serve();

  const { code, stderr } = await slipway(['login', server.url], { stdin: 'slipway_wrong' });

  expect(code).not.toBe(0);
  expect(stderr).toContain('knows no such token');
  expect(() => statSync(rememberedFile({ variables }))).toThrow('ENOENT');
});

it('shows at a terminal where the token is made, and opens it where there is a browser', async () => {
  await using server = await serve();
  const seen = browser();

  const asked = await slipway(['login', server.url], { answer: TOKEN, variables: { DISPLAY: ':0' } });
  expect([asked.code, asked.stderr]).toEqual([0, expect.stringContaining(`${server.url}/account?new-token=cli-`)]);
  expect(readFileSync(seen, 'utf8')).toMatch(new RegExp(`^1\n${server.url}/account\\?new-token=cli-[\\w.%-]+\n$`));
  rmSync(seen);
  const quiet = await slipway(['login', server.url, '--no-open'], { answer: TOKEN, variables: { DISPLAY: ':0' } });
  expect(quiet.stderr).toContain('Open this, and sign in:');
  expect(() => readFileSync(seen)).toThrow('ENOENT');
});

it('logout forgets it', async () => {
  await using server = await serve();
  await slipway(['login', server.url], { stdin: TOKEN });

  expect((await slipway(['logout'])).stdout).toContain(`Revoke it, too: ${server.url}/account`);

  expect(readFileSync(rememberedFile({ variables }), 'utf8')).not.toContain(TOKEN);
  expect((await slipway(['status'])).code).not.toBe(0);
  expect((await slipway(['logout'])).stderr).toContain('signed in to no server');
});

const ticket = { url: 'http://pr-12.localhost/_slipway/connect?ticket=t&next=%2F', user: 'demo', expiresAt: '' };
const connect = (words: readonly string[], url: string, more: Record<string, string> = {}) =>
  slipway(['connect', 'shop/pr-12', ...words, '--server', url, '--token', TOKEN], { variables: more });

it('connect --open hands the address to the browser as one word, and prints it to nobody else', async () => {
  await using server = await startContractServer({ connect: () => ticket });
  const seen = browser();

  const { code, stdout } = await connect(['--open'], server.url, { DISPLAY: ':0' });

  expect([code, stdout]).toEqual([0, '✓ Your browser is demo there.\n']);
  expect(readFileSync(seen, 'utf8')).toBe(`1\n${ticket.url}\n`);
});

it.each([
  ['without a screen', {}, 0],
  ['where no program opens it', { DISPLAY: ':0' }, null],
  ['where the program fails', { DISPLAY: ':0' }, 3],
] as const)('connect --open prints the address %s', async (_, more, exit) => {
  await using server = await startContractServer({ connect: () => ticket });
  if (exit !== null) browser(exit);

  expect((await connect(['--open'], server.url, more)).stdout).toBe(`${ticket.url}\n`);
});

it.each(['--version', 'file:///etc/passwd', 'javascript:alert(1)'])(
  'connect --open opens no %s that a server may answer',
  async (url) => {
    await using server = await startContractServer({ connect: () => ({ ...ticket, url }) });
    const seen = browser();

    expect((await connect(['--open'], server.url, { DISPLAY: ':0' })).stdout).toBe(`${url}\n`);
    expect(() => readFileSync(seen)).toThrow('ENOENT');
  },
);
