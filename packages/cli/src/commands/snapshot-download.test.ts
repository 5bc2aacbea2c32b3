import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import tar from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startContractServer } from '../testing/contract-server.ts';
import { runSlipway } from '../testing/run-slipway.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'slipway-download-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const WHOLE = { 'manifest.json': '{}\n', 'dump.sql': 'SELECT 1;\n', 'filestore/ab/abcd': 'a photo' };

const archive = async (
  entries: Readonly<Record<string, string>>,
  more?: Partial<tar.Header> & { readonly name: string },
): Promise<Buffer> => {
  const pack = tar.pack();
  for (const [name, content] of Object.entries(entries)) pack.entry({ name }, content);
  if (more !== undefined) pack.entry(more);
  pack.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of pack) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};

const send = (bytes: Buffer) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/x-tar' }).end(bytes);
};
/** As a server that dies in the middle. */
const sendHalf = (bytes: Buffer) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/x-tar' });
  response.write(bytes.subarray(0, 1200), () => response.destroy());
};

const download = async (reply: unknown, ...words: string[]) => {
  await using server = await startContractServer({ downloadSnapshot: () => reply });
  const argv = ['snapshot', 'download', 'snap_1', '--output', 'out', '--project', 'shop', ...words];
  return { ...(await runSlipway(argv, { server, cwd })), asked: server.asked };
};

describe('snapshot download', () => {
  it('writes a folder that only its owner reads, and says how to use it', async () => {
    const { code, stdout, asked } = await download(send(await archive(WHOLE)));

    expect(code).toBe(0);
    expect(stdout).toContain('out: dump.sql and 1 files, 20 B');
    expect(asked[0]).toMatchObject({ parameters: { project: 'shop', snapshot: 'snap_1' }, body: { raw: false } });
    expect(readdirSync(cwd)).toEqual(['out']);
    for (const [name, content] of Object.entries(WHOLE))
      expect(readFileSync(join(cwd, 'out', name), 'utf8')).toBe(content);
    expect([statSync(join(cwd, 'out')).mode & 0o777, statSync(join(cwd, 'out/dump.sql')).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
  });

  it('asks for real data only with --raw', async () => {
    expect((await download(send(await archive(WHOLE)), '--raw', '--json')).asked[0]?.body).toEqual({ raw: true });
  });

  it('leaves nothing behind when the server refuses, breaks off, or sends something else', async () => {
    const { 'dump.sql': _, ...withoutDump } = WHOLE;
    const refused = new Failure('usage', { reason: 'it is a backup' });
    const cases = [
      [refused, 'it is a backup'],
      [sendHalf(await archive(WHOLE)), 'the download broke off'],
      [send((await archive(WHOLE)).subarray(0, 1200)), 'the download broke off'],
      [send(await archive(withoutDump)), 'it is not a whole snapshot'],
    ] as const;
    for (const [reply, says] of cases) {
      const { code, stderr } = await download(reply);
      expect(code).not.toBe(0);
      expect(stderr).toContain(says);
      expect(readdirSync(cwd)).toEqual([]);
    }
  });

  it.each(['../evil', '/etc/evil', 'filestore/../../evil', 'filestore/..', 'other.txt', 'filestore//x'])(
    'writes nothing outside its folder: %s',
    async (name) => {
      const { code, stderr } = await download(send(await archive({ ...WHOLE, [name]: 'evil' })));

      expect(code).not.toBe(0);
      expect(stderr).toContain('it has the entry');
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  it('follows and makes no links', async () => {
    const link = { name: 'filestore/ab/link', type: 'symlink', linkname: '/etc' } as const;

    expect((await download(send(await archive(WHOLE, link)))).stderr).toContain('it has the entry filestore/ab/link');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('writes over nothing', async () => {
    await download(send(await archive(WHOLE)));

    const again = await download(send(await archive(WHOLE)));
    expect([again.code, again.asked]).toEqual([2, []]);
    expect(again.stderr).toContain('out is there already.');
  });
});
