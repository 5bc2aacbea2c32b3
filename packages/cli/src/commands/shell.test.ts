import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { TOKEN } from '../testing/contract-server.ts';
import { runSlipway } from '../testing/run-slipway.ts';

/** Says back what it was asked for and sent, and ends with the code that its arguments name. */
const bodies: Record<string, unknown>[] = [];
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (part) => {
    text += part;
  });
  request.on('end', () => {
    if (request.method === 'GET') return response.writeHead(200).end('{"version":2}\n');
    bodies.push(JSON.parse(text));
    const opened = { id: 'shl_1', expiresAt: 'x', endsAt: 'x', readOnly: false };
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(opened));
  });
});
const sockets = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) => {
  if (request.headers.authorization !== `Bearer ${TOKEN}` || request.url !== '/api/v1/shells/shl_1/attach')
    return socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
  return sockets.handleUpgrade(request, socket, head, (line) => {
    line.on('message', (data, binary) => {
      if (binary) return line.send(data, { binary: true });
      const [first = ''] = (bodies.at(-1)?.['command'] ?? []) as string[];
      if (first === 'cut') return line.terminate();
      const exit =
        first === 'ended' ? { code: null, why: 'its time was over' } : { code: Number(first) || 0, why: 'exited' };
      line.send(JSON.stringify({ exit }));
      return line.close();
    });
  });
});
/** Not as options: they would stand after `--`. */
let at: { variables: Record<string, string> };
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  at = { variables: { SLIPWAY_SERVER: url, SLIPWAY_TOKEN: TOKEN } };
});
afterAll(() => {
  sockets.close();
  server.close();
});

describe('slipway shell', () => {
  it('sends standard input, shows what comes, and ends with the code of the program', async () => {
    const { code, stdout } = await runSlipway(['shell', 'shop/pr-12', '--', '3', '-x'], { ...at, stdin: 'typed\n' });

    expect([code, stdout]).toEqual([3, 'typed\n']);
    expect(bodies.at(-1)).toMatchObject({ kind: 'shell', command: ['3', '-x'], terminal: false, columns: 100 });
  });

  it('has what was shown in one answer with --json', async () => {
    const { stdout } = await runSlipway(['shell', 'shop/pr-12', '--kind', 'odoo', '--json'], { ...at, stdin: '1+1' });

    expect(JSON.parse(stdout)).toEqual({ shell: 'shl_1', exitCode: 0, why: 'exited', output: '1+1' });
  });

  it('has failed when it was ended from outside, or the connection was cut', async () => {
    const ended = await runSlipway(['shell', 'shop/pr-12', '--', 'ended'], at);
    expect([ended.code, ended.stderr]).toEqual([1, 'The shell ended: its time was over.\n']);
    expect((await runSlipway(['shell', 'shop/pr-12', '--', 'cut'], at)).code).toBe(5);
  });

  it('hands SQL to psql as one argument', async () => {
    const sql = `select 'a "b"; -- c'`;
    expect((await runSlipway(['psql', 'shop/pr-12', '-c', sql], at)).code).toBe(0);
    expect(bodies.at(-1)).toMatchObject({ kind: 'psql', command: ['-X', '-v', 'ON_ERROR_STOP=1', '-c', sql] });
  });

  it('keeps a recording as a file', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'slipway-cast-'));
    try {
      expect((await runSlipway(['shells', 'recording', 'shl_1'], { ...at, cwd })).code).toBe(0);
      expect(readFileSync(join(cwd, 'shl_1.cast'), 'utf8')).toBe('{"version":2}\n');
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
