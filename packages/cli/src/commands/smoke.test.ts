import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SmokeReport } from '@slipway/contracts/smoke-views';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeOdoo, json } from '../../../smoke/src/testing/fake-odoo.ts';
import { type Outcome, runSlipway, type Situation } from '../testing/run-slipway.ts';

const PROJECT = "version: 1\nname: shop\nodoo: { series: '19.0' }\n";

let odoo: FakeOdoo;
let url: URL;
let cwd: string;
beforeEach(async () => {
  odoo = new FakeOdoo();
  url = await odoo.open();
  cwd = await mkdtemp(join(tmpdir(), 'slipway-smoke-'));
});
afterEach(async () => {
  await odoo.close();
  await rm(cwd, { recursive: true, force: true });
});

const smoke = (words: readonly string[] = [], more: Situation = {}): Promise<Outcome> =>
  runSlipway(['smoke', url.href, ...words], { cwd, ...more });
const reportOf = ({ stdout }: Outcome): SmokeReport => JSON.parse(stdout) as SmokeReport;
const states = (outcome: Outcome): Record<string, string> =>
  Object.fromEntries(reportOf(outcome).results.map(({ check, state }) => [check, state]));

describe('slipway smoke', () => {
  it('needs neither a server nor slipway.yaml, and ends with 0 when nothing failed', async () => {
    const { code, stdout, stderr } = await smoke();

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Health +pass +200, status "pass"/m);
    expect(stdout).toMatch(/^Login and a call +skipped +no login was given$/m);
    expect(stdout).toMatch(/7 passed, 0 failed, 5 skipped\n$/);
  });

  it('ends with the number of failures, and says of each what to do', async () => {
    odoo.answers.set('/web/database/list', () => json({ result: ['shop'] }));
    odoo.upgrade = 404;
    const { code, stdout } = await smoke();

    expect(code).toBe(2);
    expect(stdout).toContain('✗ Database selector: enabled, 1 listed, wanted disabled\n    Set list_db = False');
    expect(stdout).toContain('✗ Websocket: the upgrade is answered with 404\n    The module bus');
  });

  it('is a report with --json', async () => {
    const outcome = await smoke(['--json']);

    expect(reportOf(outcome)).toMatchObject({ ok: true, url: url.href, failed: [], at: '2026-03-01T10:01:00.000Z' });
  });

  it('shows on a terminal what it is at, and takes that away', async () => {
    const { stderr } = await smoke([], { terminal: true });

    expect(stderr).toContain('1 of 12: Health');
    expect(stderr.endsWith('\u001b[1A\u001b[J')).toBe(true);
  });

  it('says one failure of an address where nobody answers', async () => {
    await odoo.close();
    const { code, stdout } = await smoke();
    odoo = new FakeOdoo();
    await odoo.open();

    expect(code).toBe(1);
    expect(stdout).toContain('0 passed, 1 failed, 11 skipped');
  });

  it('does as slipway.yaml says', async () => {
    const section = 'smoke:\n  database_selector: enabled\n  paths: [{ path: /api/v1/health, status: 204 }]\n';
    await writeFile(join(cwd, 'slipway.yaml'), PROJECT + section);
    odoo.answers.set('/api/v1/health', () => ({ status: 204 }));

    expect(states(await smoke(['--json']))).toMatchObject({
      'database-selector': 'fail',
      'path /api/v1/health': 'pass',
    });
  });

  it('refuses a slipway.yaml with a mistake, and names it', async () => {
    await writeFile(join(cwd, 'slipway.yaml'), `${PROJECT}smoke: { database_selector: off }\n`);
    const { code, stderr } = await smoke();

    expect(code).toBe(4);
    expect(stderr).toContain('smoke.database_selector');
  });

  it.each(['erp.example.com', 'ftp://erp.example.com', 'https://a:b@erp.example.com'])('refuses %s', async (text) => {
    const { code, stderr } = await runSlipway(['smoke', text], { cwd });

    expect([code, stderr]).toEqual([2, expect.stringContaining('url: must be an address')]);
    expect(stderr).not.toContain('a:b');
  });

  it('refuses an address with a path, which would not be used', async () => {
    const { code, stderr } = await runSlipway(['smoke', `${url.href}odoo`], { cwd });

    expect([code, stderr]).toEqual([2, expect.stringContaining('without a path')]);
  });
});

describe('its login', () => {
  const variables = { SLIPWAY_SMOKE_PASSWORD: 'right' };

  it('takes the password from a variable, and prints it nowhere', async () => {
    const outcome = await smoke(['--login', 'admin', '--json'], { variables });

    expect(states(outcome)).toMatchObject({ 'log-in': 'pass', modules: 'pass', models: 'pass' });
    expect(outcome.stdout + outcome.stderr).not.toContain('right');
  });

  it('is refused before anything is asked when the variable is not set', async () => {
    const { code, stderr } = await smoke(['--login', 'admin']);

    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('the variable SLIPWAY_SMOKE_PASSWORD, which is not set'),
    ]);
    expect(odoo.seen).toEqual([]);
  });

  it('is that of slipway.yaml, with variables named like its secrets', async () => {
    await writeFile(
      join(cwd, 'slipway.yaml'),
      `${PROJECT}smoke: { login: { user: admin, password: ERP_PASSWORD, api_key: ERP_KEY } }\n`,
    );
    const without = await smoke(['--json']);
    const withBoth = await smoke(['--json'], { variables: { ERP_PASSWORD: 'right', ERP_KEY: 'key' } });

    expect(states(without)).toMatchObject({ 'log-in': 'skipped', api: 'skipped' });
    expect(states(withBoth)).toMatchObject({ 'log-in': 'pass', api: 'pass' });
  });

  it('has to be of the database that is named', async () => {
    const outcome = await smoke(['--login', 'admin', '--database', 'other', '--json'], { variables });

    expect(reportOf(outcome).failed).toEqual(['log-in']);
  });
});

describe('its browser', () => {
  it('is looked for before anything is asked', async () => {
    const { code, stderr } = await smoke(['--browser'], { variables: { SLIPWAY_CHROMIUM: '/nowhere/chromium' } });

    expect(code).toBe(1);
    expect(stderr).toContain('SLIPWAY_CHROMIUM names /nowhere/chromium, which cannot be started');
    expect(stderr).toContain('apt install chromium');
    expect(odoo.seen).toEqual([]);
  });
});
