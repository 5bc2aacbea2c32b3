import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ndjson, startContractServer } from './testing/contract-server.ts';
import { runSlipway } from './testing/run-slipway.ts';
import {
  backup,
  build,
  data,
  environment,
  evidence,
  LOG_LINES,
  preview,
  run,
  snapshot,
  status,
} from './testing/samples.ts';

const ESC = '\u001b';
/** Clears the screen, sets the title, goes up and writes over, hides text, breaks the line, turns it around, 8-bit CSI. */
const EVIL = `${ESC}[2J${ESC}]0;owned\u0007${ESC}[1A${ESC}[8mhidden\r\nok\u202egnp.exe\u009b31m\u2028`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not get through
const ACTIVE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/;

/** Every text of a view made hostile; ids, states and times stay what they are. */
const KEPT = /^(?:state|kind|stage|stream|action|verdict|at|.*At|code|method)$/;
const poison = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') return KEPT.test(key) ? value : `${value}${EVIL}`;
  if (Array.isArray(value)) return value.map((entry) => poison(entry, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, poison(entry, name)]));
};

const failed = {
  ...preview,
  reason: 'because',
  failure: { code: 'odoo-boot-failed', message: 'm', hint: 'h', facts: {}, step: 's', lastLines: ['l'] },
};

describe('text from outside', () => {
  const shop = ['--project', 'shop'];
  const cases: readonly (readonly [string[], Parameters<typeof startContractServer>[0]])[] = [
    [['status'], { status: () => poison(status) }],
    [['preview', 'list', ...shop], { previews: () => [poison(preview)] }],
    [['preview', 'show', '12', ...shop], { preview: () => poison(failed) }],
    [['preview', 'close', '12', '--yes', ...shop], { closePreview: () => poison({ run: 'r', preview: failed }) }],
    [['preview', 'logs', '12', ...shop], { previewLogs: () => ndjson(LOG_LINES.map((line) => poison(line))) }],
    [['env', 'list'], { environments: () => [poison(environment)] }],
    [['env', 'show', 'x'], { environment: () => poison(environment) }],
    [['build', 'list'], { builds: () => [poison(build)] }],
    [['build', 'show', 'x'], { build: () => poison(build) }],
    [['run', 'list'], { runs: () => [poison(run)] }],
    [['run', 'show', 'x'], { run: () => poison({ ...run, reason: 'r', failure: failed.failure }) }],
    [['evidence', 'list'], { evidenceList: () => [poison(evidence)] }],
    [['evidence', 'show', 'x'], { evidence: () => poison(evidence) }],
    [['evidence', 'file', 'x', 'y'], { evidenceFile: () => poison({ path: 'p', text: 'one\ntwo' }) }],
    [['snapshot', 'list', ...shop], { snapshots: () => [{ ...snapshot, keep: `k${EVIL}` }] }],
    [['snapshot', 'pin', 'x', ...shop], { pinSnapshot: () => ({ ...snapshot, id: EVIL, pinned: true }) }],
    [['snapshot', 'pin', 'x', '--off', ...shop], { pinSnapshot: () => ({ ...snapshot, id: EVIL, keep: EVIL }) }],
    [['snapshot', 'remove', 'x', '--yes', ...shop], { removeSnapshot: () => poison({ removed: 'x' }) }],
    [
      ['backup', 'list', ...shop],
      {
        snapshots: () => [{ ...backup, id: EVIL, keep: EVIL }],
        data: () => poison({ ...data, events: [{ kind: 'k', subject: 's', message: 'm', at: 'then' }] }),
      },
    ],
    [['backup', 'key', ...shop], { storeKey: () => poison({ id: '0a', key: 'k' }) }],
    [['backup', 'create', ...shop], { createSnapshot: () => ({ run: 'r' }), run: () => poison(run) }],
    [['backup', 'create', '--wait', ...shop], { createSnapshot: () => ({ run: 'r' }), run: () => poison(run) }],
  ];

  for (const [argv, replies] of cases)
    for (const json of [[], ['--json']])
      it(`cannot act on the terminal: ${[...argv, ...json].join(' ')}`, async () => {
        await using server = await startContractServer(replies);

        const { code, stdout } = await runSlipway([...argv, ...json], { server });

        expect(code).toBe(0);
        expect(ACTIVE.exec(stdout)).toBeNull();
      });

  it('cannot act on the terminal in a problem', async () => {
    const problem = { type: 'about:blank', title: EVIL, status: 409, code: `x${EVIL}`, hint: EVIL, facts: {} };
    await using server = await startContractServer({
      status: () => (response: import('node:http').ServerResponse) =>
        response.writeHead(409).end(JSON.stringify(problem)),
    });

    for (const json of [[], ['--json']])
      expect(ACTIVE.exec((await runSlipway(['status', ...json], { server })).stderr)).toBeNull();
  });

  it('loses the colours that a program wrote into its log, and gets ours by level', async () => {
    const text = `2026-03-01 10:00:01 ${ESC}[1;31mERROR${ESC}[0m odoo: boom`;
    await using server = await startContractServer({ buildLogs: () => ndjson([{ ...LOG_LINES[1], text }]) });

    const { stdout } = await runSlipway(['build', 'logs', 'x'], { server, terminal: true });

    expect(stdout).toBe(`${ESC}[31m2026-03-01 10:00:01 ERROR odoo: boom${ESC}[0m\n`);
  });
});

describe('values from the command line', () => {
  it.each(['../../secrets', 'a/b', 'a%2fb', 'a?all=true', 'ä\u0000', '#'])(
    '"%s" stays one segment of the path',
    async (name) => {
      await using server = await startContractServer({ environment: () => environment });

      await runSlipway(['env', 'show', name], { server });

      expect(server.asked.map(({ parameters }) => parameters.environment)).toEqual([name]);
    },
  );

  it.each(['.', '..', ''])('"%s" is no name', async (name) => {
    await using server = await startContractServer({});

    const { code } = await runSlipway(['env', 'show', name], { server });

    expect(code).toBe(2);
    expect(server.asked).toEqual([]);
  });

  it.each(['0', '-1', '1.5', '1e3', 'twelve', '99999999999', ' 1', '１２'])(
    '"%s" is no pull request',
    async (number) => {
      const { code, stderr } = await runSlipway(['preview', 'show', '--project', 'shop', '--', number]);

      expect(code).toBe(2);
      expect(stderr).toContain('number: must be a pull request number such as 12.');
    },
  );

  it.each(['ftp://x', 'localhost:8787', 'not a url', 'http://x/?a=b', 'file:///etc/passwd', 'javascript:alert(1)'])(
    '"%s" is no server',
    async (url) => {
      const { code, stderr } = await runSlipway(['status', '--server', url]);

      expect(code).toBe(2);
      expect(stderr).toContain('a server is an address such as');
    },
  );
});

describe('a server that misbehaves', () => {
  const raw = (write: (response: import('node:http').ServerResponse) => void) => ({ status: () => write });

  it.each([
    ['HTML', (response: import('node:http').ServerResponse) => response.end('<html>'), 70],
    ['nothing', (response: import('node:http').ServerResponse) => response.end(), 70],
    [
      'a redirect',
      (response: import('node:http').ServerResponse) => response.writeHead(302, { location: '/' }).end(),
      70,
    ],
    [
      'half an answer',
      (response: import('node:http').ServerResponse) =>
        response.writeHead(200, { 'content-length': '99' }).write('{"a"', () => response.destroy()),
      5,
    ],
    ['a bare 500', (response: import('node:http').ServerResponse) => response.writeHead(500).end('oops'), 70],
  ])('answers %s: a clear problem, no stack', async (_, write, exit) => {
    await using server = await startContractServer(raw((response) => void write(response)));

    const { code, stderr } = await runSlipway(['status'], { server });

    expect(code).toBe(exit);
    expect(stderr).toContain(server.url);
    expect(stderr).not.toContain('    at ');
  });
});

describe('the token of the local server', () => {
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
    await writeFile(join(data, 'token'), 'local-secret\n');
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  it('is found through server.json', async () => {
    await using server = await startContractServer({ status: () => status });
    await writeFile(join(data, 'server.json'), JSON.stringify({ url: server.url, tokenFile: 'token' }));

    await runSlipway(['status', '--data', data]);

    expect(server.asked[0]?.authorization).toBe('Bearer local-secret');
  });

  it('is not sent to another server', async () => {
    await using server = await startContractServer({ status: () => status });
    await writeFile(join(data, 'server.json'), JSON.stringify({ url: 'http://127.0.0.1:9', tokenFile: 'token' }));

    const { code } = await runSlipway(['status', '--data', data, '--server', server.url]);

    expect(code).toBe(6);
    expect(server.asked[0]?.authorization).toBeUndefined();
  });

  it.each(['{', '{}', '{"url":"file:///x","tokenFile":"t"}', '[]'])(
    'a server.json that is %s is named',
    async (text) => {
      await writeFile(join(data, 'server.json'), text);

      const { code, stderr } = await runSlipway(['status', '--data', data]);

      expect(code).toBe(5);
      expect(stderr).toContain('server.json');
    },
  );
});
