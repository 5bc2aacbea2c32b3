import { ERRORS, type ErrorCode } from '@slipway/contracts/errors';
import { Failure } from '@slipway/contracts/failure';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES, exitOfError } from './exit-codes.ts';
import { startContractServer } from './testing/contract-server.ts';
import { runSlipway } from './testing/run-slipway.ts';

describe('the table of exit codes', () => {
  it('has the numbers that scripts depend on', () => {
    const numbers = Object.fromEntries(Object.entries(EXIT_CODES).map(([name, { code }]) => [name, code]));

    expect(numbers).toEqual({
      ok: 0,
      failed: 1,
      usage: 2,
      'not-found': 3,
      'config-invalid': 4,
      unreachable: 5,
      refused: 6,
      timeout: 7,
      stale: 8,
      internal: 70,
      interrupted: 130,
    });
  });

  it('gives every error of the table a failing exit', () => {
    for (const code of Object.keys(ERRORS)) expect(EXIT_CODES[exitOfError(code)].code, code).toBeGreaterThan(0);
  });

  it.each([
    ['preview-unknown', 3],
    ['project-unknown', 3],
    ['run-unknown', 3],
    ['route-unknown', 3],
    ['run-ended', 6],
    ['config-invalid', 4],
    ['config-missing', 4],
    ['unauthorized', 6],
    ['step-timeout', 7],
    ['odoo-install-failed', 1],
    ['docker-unreachable', 1],
    ['payload-invalid', 2],
    ['internal', 70],
  ] satisfies [ErrorCode, number][])('a server that answers %s ends the process with %i', async (code, exit) => {
    await using server = await startContractServer({
      status: () => new Failure(code, { number: 12, project: 'shop' }),
    });

    const outcome = await runSlipway(['status'], { server });

    expect(outcome.code).toBe(exit);
    expect(outcome.stderr).toContain(new Failure(code, { number: 12, project: 'shop' }).message);
    expect(outcome.stderr).toContain(`(${code}, exit ${exit})`);
    expect(outcome.stdout).toBe('');
  });

  it('keeps the words of a server that knows more errors, and goes by the status', async () => {
    const problem = {
      type: 'about:blank',
      title: 'The moon is full.',
      status: 404,
      code: 'moon-full',
      hint: 'Wait.',
      facts: {},
    };
    await using server = await startContractServer({
      status: () => (response: import('node:http').ServerResponse) =>
        response.writeHead(404).end(JSON.stringify(problem)),
    });

    const { code, stderr } = await runSlipway(['status'], { server });

    expect(code).toBe(3);
    expect(stderr).toContain('The moon is full.\n  Wait.');
  });

  it('is 5 when nothing listens', async () => {
    const { code, stderr } = await runSlipway(['status', '--server', 'http://127.0.0.1:9']);

    expect(code).toBe(5);
    expect(stderr).toContain('No Slipway answers at http://127.0.0.1:9: nothing listens there');
  });

  it('is 5 when no server was ever started', async () => {
    expect((await runSlipway(['status'])).code).toBe(5);
  });

  it('is 130 after Ctrl-C', async () => {
    const interruption = new AbortController();
    await using server = await startContractServer({ status: () => () => interruption.abort('SIGINT') });

    const { code, stderr } = await runSlipway(['status'], { server, signal: interruption.signal });

    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  });

  it('is 70, with the reason, when the answer is not what the contracts say', async () => {
    await using server = await startContractServer({ status: () => ({ version: 1 }) });

    const { code, stderr } = await runSlipway(['status'], { server });

    expect(code).toBe(70);
    expect(stderr).toContain('version: ');
    expect(stderr).not.toContain('    at ');
  });
});

describe('problems', () => {
  it('are JSON on standard error with --json, and nothing else is printed', async () => {
    await using server = await startContractServer({
      preview: () => new Failure('preview-unknown', { number: 9, project: 'shop' }),
    });

    const { code, stdout, stderr } = await runSlipway(['preview', 'show', '9', '--project', 'shop', '--json'], {
      server,
    });

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'preview-unknown',
      hint: expect.stringContaining('slipway preview list'),
    });
  });

  it('show a stack only with --debug', async () => {
    expect((await runSlipway(['status'])).stderr).not.toContain('    at ');
    expect((await runSlipway(['status', '--debug'])).stderr).toContain('    at ');
  });

  it('use no sign that an ASCII terminal lacks', async () => {
    const { stderr } = await runSlipway(['status'], { variables: { LANG: 'C' } });

    expect(stderr).toMatch(/^x No Slipway/);
  });
});
