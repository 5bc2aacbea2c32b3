import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../doctor/finding.ts';
import { startContractServer } from '../testing/contract-server.ts';
import { runSlipway } from '../testing/run-slipway.ts';

let cwd: string;
beforeEach(async () => {
  cwd = join(await mkdtemp(join(tmpdir(), 'slipway-cli-')), 'My Shop_19');
  await mkdir(cwd);
});
afterEach(() => rm(dirname(cwd), { recursive: true, force: true }));

const write = async (file: string, text = ''): Promise<void> => {
  await mkdir(dirname(join(cwd, file)), { recursive: true });
  await writeFile(join(cwd, file), text);
};

describe('config check', () => {
  it('is content with a valid file', async () => {
    await write('slipway.yaml', 'version: 1\nname: shop\nodoo:\n  series: "19.0"\n');

    const { code, stdout } = await runSlipway(['config', 'check'], { cwd });

    expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ slipway.yaml is valid.\n' });
  });

  it('names every problem with file, line and column, and what is allowed', async () => {
    await write('slipway.yaml', 'version: 1\nname: shop\nodoo:\n  series: "19.5"\nstagse: {}\n');

    const { code, stdout } = await runSlipway(['config', 'check'], { cwd });

    expect(code).toBe(4);
    expect(stdout).toMatch(/✗ slipway\.yaml:4:\d+ odoo\.series/);
    expect(stdout).toContain('19.0');
    expect(stdout).toMatch(/✗ slipway\.yaml:5:\d+ stagse/);
  });

  it('prints them as a view with --json', async () => {
    await write('slipway.yaml', '[');

    const { code, stdout } = await runSlipway(['config', 'check', '--json'], { cwd });

    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, file: 'slipway.yaml', problems: [{ line: 1 }] });
  });

  it('is 4 when there is no file', async () => {
    const { code, stderr } = await runSlipway(['config', 'check'], { cwd });

    expect(code).toBe(4);
    expect(stderr).toContain('Run `slipway init`');
  });
});

describe('the project', () => {
  it('is that of ./slipway.yaml', async () => {
    await write('slipway.yaml', 'version: 1\nname: shop\n');

    const { code, stderr } = await runSlipway(['preview', 'list', '--server', 'http://127.0.0.1:9'], { cwd });

    expect({ code, stderr }).toMatchObject({ code: 5 });
  });

  it.each([
    ['without a file', null],
    ['with a file that names none', 'version: 1\n'],
    ['with a file that is no mapping', '- a\n'],
    ['with a broken file', '{{{'],
  ])('%s has to be named', async (_, text) => {
    if (text !== null) await write('slipway.yaml', text);

    const { code, stderr } = await runSlipway(['preview', 'list', '--server', 'http://127.0.0.1:9'], { cwd });

    expect(code).toBe(2);
    expect(stderr).toContain('name one with --project');
  });
});

describe('doctor', () => {
  const examine = async (variables: Readonly<Record<string, string>>) => {
    const outcome = await runSlipway(['doctor', '--json'], { cwd, variables });
    const view = JSON.parse(outcome.stdout) as { ok: boolean; findings: Finding[] };
    return { ...outcome, ok: view.ok, of: (check: string) => view.findings.find((entry) => entry.check === check) };
  };
  const PATH = process.env.PATH ?? '';

  it('looks at everything that Slipway needs, and says how to get what is missing', async () => {
    const { of, ok, code } = await examine({ PATH: '/nonexistent', SLIPWAY_DOCKER_SOCKET: '/nonexistent/docker.sock' });

    expect({ ok, code }).toEqual({ ok: false, code: 1 });
    expect(of('node')).toMatchObject({ state: 'ok' });
    expect(of('git')).toMatchObject({ state: 'fail', hint: expect.stringContaining('apt install git') });
    expect(of('docker')).toMatchObject({ state: 'fail', says: expect.stringContaining('there is no socket') });
    expect(of('base-image')).toMatchObject({ state: 'warn' });
    expect(of('mmdebstrap')).toMatchObject({ state: 'warn', hint: expect.stringContaining('apt install mmdebstrap') });
    expect(of('disk')?.says).toMatch(/are free for/);
    expect(of('memory')?.says).toMatch(/of memory/);
    expect(of('names')?.state).not.toBe('fail');
    expect(of('project')).toMatchObject({ state: 'warn', hint: expect.stringContaining('slipway init') });
  });

  it('asks Docker Engine for its version and for the image of the project', async () => {
    await write('slipway.yaml', 'version: 1\nname: shop\nodoo:\n  series: "18.0"\n  image: my/odoo:18\n');
    const socket = join(dirname(cwd), 'docker.sock');
    const asked: string[] = [];
    const { createServer: createHttp } = await import('node:http');
    const engine = createHttp((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/version') response.end('{"Version":"28.0.1"}');
      else response.writeHead(200).end('{}');
    });
    await new Promise<void>((resolve) => engine.listen(socket, resolve));

    const { of } = await examine({ PATH, SLIPWAY_DOCKER_SOCKET: socket });
    await new Promise((resolve) => engine.close(resolve));

    expect(of('docker')).toMatchObject({ state: 'ok', says: 'Docker Engine 28.0.1 answers.' });
    expect(of('base-image')).toMatchObject({ state: 'ok', says: 'my/odoo:18 is here.' });
    expect(asked).toContain('/images/my%2Fodoo%3A18/json');
  });

  it('finds a port that another program has', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };

    const { of } = await examine({ PATH, SLIPWAY_EDGE_LISTEN: `127.0.0.1:${port}`, SLIPWAY_API_LISTEN: 'nonsense' });
    await new Promise((resolve) => other.close(resolve));

    expect(of('edge-port')).toMatchObject({ state: 'fail', hint: expect.stringContaining('--edge-port') });
    expect(of('api-port')).toMatchObject({ state: 'fail', says: expect.stringContaining('not host:port') });
  });

  it('counts the problems of slipway.yaml', async () => {
    await write('slipway.yaml', 'version: 2\n');

    expect((await examine({ PATH })).of('project')).toMatchObject({
      state: 'fail',
      hint: expect.stringContaining('config check'),
    });
  });

  it('asks the server how it is where it runs, when that is wanted', async () => {
    const found = { check: 'edge', state: 'fail', says: 'The edge does not answer.', hint: 'Start it.' };
    await using server = await startContractServer({ doctor: () => ({ ok: false, findings: [found] }) });

    const { code, stdout } = await runSlipway(['doctor', '--control-plane'], { cwd, server });

    expect(code).toBe(1);
    expect(stdout).toContain('✗ edge  The edge does not answer.\n    Start it.');
    expect(stdout).not.toContain('git');
  });

  it('says it in words', async () => {
    const { code, stdout } = await runSlipway(['doctor'], { cwd, variables: { PATH: '/nonexistent' } });

    expect(code).toBe(1);
    expect(stdout).toContain('✗ git');
    expect(stdout).toContain('Slipway cannot run here yet: mend what failed.');
  });
});

describe('neutralise check --config', () => {
  const FILE = `version: 1
name: shop
odoo: { series: '19.0' }
stages:
  production: { url: https://erp.example.com }
  staging:
    egress: { allow: [api.example.org] }
`;

  it('says with place and exit code what would make a copy unsafe, without a server', async () => {
    await write('slipway.yaml', FILE);
    const fine = await runSlipway(['neutralise', 'check', '--config'], { cwd });
    expect([fine.code, fine.stdout]).toEqual([0, expect.stringContaining('Copies made by slipway.yaml are safe')]);

    await write('slipway.yaml', FILE.replace('api.example.org', "'*.example.com'"));
    const { code, stdout } = await runSlipway(['neutralise', 'check', '--config'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain(
      'slipway.yaml:7:23 stages.staging.egress.allow[0] lets a copy reach production (erp.example.com), is "*.example.com"',
    );
    expect(stdout).toContain('not safe: 1 thing to mend.');
    const { stdout: json } = await runSlipway(['neutralise', 'check', '--config', '--json'], { cwd });
    expect(JSON.parse(json)).toMatchObject({ ok: false, problems: [{ line: 7, severity: 'error' }] });
  });

  it('lets a warning pass, and refuses what is no slipway.yaml', async () => {
    await write('slipway.yaml', `${FILE}sanitise: { unknown: mask }\n`);
    const told = await runSlipway(['neutralise', 'check', '--config'], { cwd });
    expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('sanitise.unknown lets snapshots go on')]);

    await write('slipway.yaml', 'name: shop\n');
    expect((await runSlipway(['neutralise', 'check', '--config'], { cwd })).code).toBe(4);
  });

  it.each([[[]], [['shop/staging', '--config']], [['--config', '--arrival']]])('%j means nothing', async (words) => {
    expect((await runSlipway(['neutralise', 'check', ...words], { cwd })).code).toBe(2);
  });
});
