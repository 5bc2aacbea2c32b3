import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../test/setup/postgres.ts';
import { isAlive } from '../local/pid-file.ts';
import { runSlipway, type Situation } from '../testing/run-slipway.ts';

let root: string;
let data: string;
let cwd: string;
let situation: Situation;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
  data = join(root, 'data');
  cwd = join(root, 'shop');
  await mkdir(cwd);
  situation = { cwd, variables: variables(), now: () => new Date() };
});
afterEach(async () => {
  const pid = Number(await readFile(join(data, 'server.pid'), 'utf8').catch(() => '0'));
  if (pid > 1 && isAlive(pid)) process.kill(pid, 'SIGKILL');
  await rm(root, { recursive: true, force: true });
});

const variables = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  LANG: 'C.UTF-8',
  SLIPWAY_DATA: data,
  ...more,
});
const pidOf = async (): Promise<number> => Number(await readFile(join(data, 'server.pid'), 'utf8'));

describe('up --detach', () => {
  it('shows progress, returns once the server answers, and leaves it running', async () => {
    const { code, stdout, stderr } = await runSlipway(['up', '--detach'], situation);

    expect({ code, stderr }).toEqual({ code: 0, stderr: 'starting PostgreSQL (1 of 2)\n' });
    expect(stdout).toContain('✓ Slipway answers at http://127.0.0.1:');
    expect(stdout).toContain('✓ Dashboard: http://');
    expect(stdout).toContain('There is no slipway.yaml here.');
    expect(isAlive(await pidOf())).toBe(true);
  });

  it('adds the project of ./slipway.yaml', async () => {
    await writeFile(join(cwd, 'slipway.yaml'), 'version: 1\nname: shop\n');

    const { code, stdout } = await runSlipway(['up', '--detach', '--json'], situation);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ data, started: true, project: 'shop', pid: await pidOf() });
  });

  it('does not start a second server', async () => {
    await runSlipway(['up', '--detach'], situation);
    const pid = await pidOf();

    const { code, stdout } = await runSlipway(['up'], situation);

    expect(code).toBe(0);
    expect(stdout).toContain('runs already');
    expect(await pidOf()).toBe(pid);
  });

  it('joins the server that somebody else starts at the same moment', async () => {
    const both = await Promise.all([1, 2, 3].map(() => runSlipway(['up', '--detach', '--json'], situation)));

    expect(both.map(({ code }) => code)).toEqual([0, 0, 0]);
    const views = both.map(({ stdout }) => JSON.parse(stdout) as { started: boolean; pid: number; url: string });
    expect(views.filter(({ started }) => started)).toHaveLength(1);
    expect(new Set(views.map(({ pid }) => pid))).toEqual(new Set([await pidOf()]));
    expect(new Set(views.map(({ url }) => url)).size).toBe(1);
  });

  it('waits for one that is being started and does not answer yet, and starts its own when that ends', async () => {
    await mkdir(data);
    const slow = { ...situation, variables: variables({ FAKE_MODE: 'silent' }) };
    const first = runSlipway(['up', '--detach', '--timeout', '2s'], slow);
    while (!existsSync(join(data, 'server.pid'))) await sleep(20);

    const { code, stdout, stderr } = await runSlipway(['up', '--detach', '--json'], situation);

    expect((await first).code).toBe(7);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ started: true, pid: await pidOf() });
  });

  it('hands the ports on as settings', async () => {
    const port = await freePort();

    const { stdout } = await runSlipway(['up', '--detach', '--port', String(port), '--json'], situation);

    expect(JSON.parse(stdout)).toMatchObject({ url: `http://127.0.0.1:${port}` });
  });

  it('starts over the server.json of a server that was killed', async () => {
    await runSlipway(['up', '--detach'], situation);
    process.kill(await pidOf(), 'SIGKILL');
    await sleep(50);

    const { code, stdout } = await runSlipway(['up', '--detach'], situation);

    expect(code).toBe(0);
    expect(stdout).toContain('answers at');
  });

  it('says what the server refused with, and leaves nothing behind', async () => {
    const { code, stderr } = await runSlipway(['up', '--detach'], {
      ...situation,
      variables: variables({ FAKE_MODE: 'refuse' }),
    });

    expect(code).toBe(6);
    expect(stderr).toContain('Port 8080 is taken by another program.\n  Choose another.');
    expect(existsSync(join(data, 'server.pid'))).toBe(false);
  });

  it('shows the last lines of a server that broke', async () => {
    const { code, stderr } = await runSlipway(['up'], { ...situation, variables: variables({ FAKE_MODE: 'crash' }) });

    expect(code).toBe(1);
    expect(stderr).toContain('The server did not start: Error: something broke');
    expect(stderr).toContain(join(data, 'up.log'));
  });

  it('stops a server that does not answer in time', async () => {
    const silent = { ...situation, variables: variables({ FAKE_MODE: 'silent' }) };

    const { code, stderr } = await runSlipway(['up', '--detach', '--timeout', '1s'], silent);

    expect(code).toBe(7);
    expect(stderr).toContain('Starting the server took longer than 1 s');
    expect(existsSync(join(data, 'server.pid'))).toBe(false);
  });
});

describe('up in the foreground', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const)('%s stops the server in order and ends with %i', async (signal, exit) => {
    const interruption = new AbortController();
    const ended = runSlipway(['up'], { ...situation, signal: interruption.signal });
    while (!existsSync(join(data, 'server.json'))) await sleep(20);
    await sleep(300);

    interruption.abort(signal);

    const { code, stderr } = await ended;
    expect(code).toBe(exit);
    expect(stderr).toContain('Stopping.');
    expect(await readFile(join(data, 'stopped-by'), 'utf8')).toBe('SIGTERM');
    expect(existsSync(join(data, 'server.pid'))).toBe(false);
  });

  it('ends with 1 when the server dies', async () => {
    const { code, stderr } = await runSlipway(['up'], {
      ...situation,
      variables: variables({ FAKE_MODE: 'dies-later' }),
    });

    expect(code).toBe(1);
    expect(stderr).toContain('it ended with code 9');
  });
});

describe('down', () => {
  it('stops the server and waits until it is gone', async () => {
    await runSlipway(['up', '--detach'], situation);
    const pid = await pidOf();

    const { code, stdout } = await runSlipway(['down'], situation);

    expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ Slipway has stopped.\n' });
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(data, 'stopped-by'))).toBe(true);
  });

  it('is content when none runs', async () => {
    const { code, stdout } = await runSlipway(['down', '--json'], situation);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ data, stopped: false, purged: false });
  });

  it('never ends a process that is not ours, although the file says so', async () => {
    await mkdir(data, { recursive: true });
    await writeFile(join(data, 'server.pid'), `${process.pid}\n`);

    const { stdout } = await runSlipway(['down', '--json'], situation);

    expect(JSON.parse(stdout)).toMatchObject({ stopped: false });
  });

  it.each(['-1', '1', '0', 'x', ''])('takes "%s" in the file for nobody', async (text) => {
    await mkdir(data, { recursive: true });
    await writeFile(join(data, 'server.pid'), text);

    expect(JSON.parse((await runSlipway(['down', '--json'], situation)).stdout)).toMatchObject({ stopped: false });
  });

  it('--purge asks first: without a terminal and without --yes nothing happens', async () => {
    await runSlipway(['up', '--detach'], situation);

    const { code, stderr } = await runSlipway(['down', '--purge'], situation);

    expect(code).toBe(2);
    expect(stderr).toContain('Nothing was removed: nobody is here to be asked, so this needs --yes.');
    expect(isAlive(await pidOf())).toBe(true);
  });

  it.each([
    ['n', 6],
    ['', 6],
    ['yes', 0],
  ] as const)('--purge on a terminal that answers "%s" ends with %i', async (answer, exit) => {
    await runSlipway(['up', '--detach'], situation);

    const { code, stderr } = await runSlipway(['down', '--purge'], { ...situation, answer });

    expect(stderr).toContain(`Remove every preview, database, image, file and log of ${data}? [y/N]`);
    expect(code).toBe(exit);
    expect(existsSync(join(data, 'token'))).toBe(exit !== 0);
  });

  it('--purge --yes stops the server and lets it remove everything', async () => {
    await runSlipway(['up', '--detach'], situation);

    const { code, stdout, stderr } = await runSlipway(['down', '--purge', '--yes'], situation);

    expect({ code, stderr }).toEqual({ code: 0, stderr: 'removing containers\n' });
    expect(stdout).toContain('Every trace is gone.');
    expect(existsSync(join(data, 'token'))).toBe(false);
  });

  it('--purge where a production is stops nothing and asks nothing, unless it is told so', async () => {
    await mkdir(join(data, 'filestores/shop/production/filestore'), { recursive: true });
    await runSlipway(['up', '--detach'], situation);

    for (const more of [['--yes'], []]) {
      const { code, stderr } = await runSlipway(['down', '--purge', ...more], { ...situation, answer: 'yes' });
      expect(code).toBe(6);
      expect(stderr).toContain('Nothing was removed: there is a production here (shop)');
      expect(stderr).not.toContain('[y/N]');
      expect(isAlive(await pidOf())).toBe(true);
    }

    const told = await runSlipway(['down', '--purge', '--with-production', '--yes'], situation);
    expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining('Every trace is gone.') });
  });
});

describe('image build', () => {
  it('shows progress and names the images', async () => {
    const { code, stdout, stderr } = await runSlipway(['image', 'build'], situation);

    expect({ code, stderr }).toEqual({ code: 0, stderr: 'making odoo:19.0 (1 of 1)\n' });
    expect(stdout).toContain('  odoo:19.0');
  });

  it('is quiet with --json', async () => {
    const { stdout, stderr } = await runSlipway(['image', 'build', '--json'], situation);

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ images: ['odoo:19.0'] });
  });

  it('shows why it failed', async () => {
    const { code, stderr } = await runSlipway(['image', 'build'], {
      ...situation,
      variables: variables({ FAKE_MODE: 'crash' }),
    });

    expect(code).toBe(1);
    expect(stderr).toContain('mmdebstrap: no network');
  });
});

describe('version', () => {
  it('tells that no server answers, without failing', async () => {
    const { code, stdout } = await runSlipway(['version', '--json'], situation);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ cli: '0.1.0', node: process.versions.node, server: null });
  });

  it("tells the server's", async () => {
    await runSlipway(['up', '--detach'], situation);

    expect(JSON.parse((await runSlipway(['version', '--json'], situation)).stdout)).toMatchObject({ server: '0.1.0' });
  });
});
