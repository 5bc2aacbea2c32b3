import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleBytes, bundleParts, makeKey, pemOf } from '../testing/bundle.ts';
import { startContractServer } from '../testing/contract-server.ts';
import { runSlipway } from '../testing/run-slipway.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'slipway-bundle-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const BYTES = Buffer.from('a zip');
const send =
  (sent: number) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/zip', 'content-length': BYTES.length });
    if (sent === BYTES.length) response.end(BYTES);
    else response.write(BYTES.subarray(0, sent), () => response.destroy());
  };
const bundle = async (reply: unknown, ...words: string[]) => {
  await using server = await startContractServer({ evidenceBundle: () => reply });
  return { ...(await runSlipway(['evidence', 'bundle', 'run_1', ...words], { server, cwd })), asked: server.asked };
};

describe('evidence bundle', () => {
  it('writes the file as it comes, for its owner only, and says how it is checked', async () => {
    const { code, stdout, asked } = await bundle(send(5));

    expect([code, asked[0]?.parameters]).toEqual([0, { run: 'run_1' }]);
    expect(stdout).toContain('evidence-run_1.zip (5 B)');
    expect(stdout).toContain('slipway evidence verify');
    expect(readFileSync(join(cwd, 'evidence-run_1.zip'))).toEqual(BYTES);
    expect(statSync(join(cwd, 'evidence-run_1.zip')).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing of a download that breaks off, and of one that the server refuses', async () => {
    expect(await bundle(send(3), '--out', 'x.zip')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('the download broke off'),
    });
    const refused = await bundle(new Failure('evidence-unsealed', { run: 'run_1', reason: 'it is running' }));
    expect(refused.stderr).toContain('is not sealed: it is running');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('never writes over what is there', async () => {
    writeFileSync(join(cwd, 'x.zip'), 'mine');

    const { code, stderr, asked } = await bundle(send(5), '--out', 'x.zip');

    expect([code, asked]).toEqual([2, []]);
    expect(stderr).toContain('is there already');
    expect(readFileSync(join(cwd, 'x.zip'), 'utf8')).toBe('mine');
  });
});

describe('evidence verify of a bundle', () => {
  const keys = makeKey();
  const verify = (...words: string[]) => runSlipway(['evidence', 'verify', ...words], { cwd });
  const write = async (): Promise<void> =>
    writeFileSync(join(cwd, 'release.zip'), await bundleBytes(bundleParts(keys)));

  it('needs no server, and says that a signature alone proves only itself', async () => {
    await write();

    const { code, stdout } = await verify('release.zip');

    expect(code).toBe(0);
    expect(stdout).toContain('6 files');
    expect(stdout).toMatch(/! The key came with the bundle, so the signature proves only itself.*\n.*[0-9a-f]{64}/);
  });

  it('takes a public key, or the key file of a Slipway of this machine', async () => {
    await write();
    const own = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    writeFileSync(join(cwd, 'slipway.pem'), pemOf(keys.publicKey));
    writeFileSync(join(cwd, 'evidence.key'), `${makeKey().privateKey.export({ type: 'pkcs8', format: 'pem' })}${own}`);

    expect((await verify('release.zip', '--key', 'slipway.pem')).stdout).toContain('the key that you gave');
    const local = await verify('release.zip', '--data', cwd, '--json');
    expect(JSON.parse(local.stdout)).toMatchObject({ ok: true, key: { trust: 'local' } });
    writeFileSync(join(cwd, 'evidence.key'), pemOf(makeKey().publicKey));
    expect(await verify('release.zip', '--data', cwd)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/✗ manifest.sig: it is signed with key [0-9a-f]+, which is not in .*evidence.key/),
    });
  });

  it('refuses what is no key, no file and no bundle, in words', async () => {
    await write();
    writeFileSync(join(cwd, 'not.pem'), 'hello');
    writeFileSync(join(cwd, 'not.zip'), 'hello');
    writeFileSync(join(cwd, 'broken.pem'), '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n');

    const said = async (...words: string[]) => {
      const { code, stdout, stderr } = await verify(...words);
      return `${code} ${stdout}${stderr}`;
    };
    expect(await said('release.zip', '--key', 'not.pem')).toMatch(/^2 .*holds no Ed25519 key in PEM/s);
    expect(await said('release.zip', '--key', 'broken.pem')).toMatch(/^2 .*holds a key that cannot be read/s);
    expect(await said('release.zip', '--key', 'none.pem')).toMatch(/^2 .*cannot be read/s);
    expect(await said('none.zip')).toMatch(/^2 .*ENOENT/s);
    expect(await said('not.zip')).toMatch(/^1 ✗ not.zip: no bundle:/);
    expect(await said('--key', 'not.pem')).toMatch(/^2 .*--key goes with a bundle/s);
  });
});
