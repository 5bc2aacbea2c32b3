import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type BundleEntry, bundleZip, bytesEntry } from '@slipway/contracts/bundle-zip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { bundleBytes, bundleParts, bytesOf, makeKey } from '../testing/bundle.ts';
import type { TrustedKeys } from './trusted-keys.ts';
import { verifyBundle } from './verify-bundle.ts';

const keys = makeKey();
const trusted: TrustedKeys = { trust: 'given', from: 'key.pem', keys: [keys.publicKey] };

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
  file = join(folder, 'release.zip');
});
afterAll(() => rm(folder, { recursive: true }));

const verdictOf = async (bytes: Buffer, by: TrustedKeys | null = trusted) => {
  await writeFile(file, bytes);
  return verifyBundle(file, by);
};
const problemsOf = async (entries: readonly BundleEntry[]) =>
  (await verdictOf(await bundleBytes(entries))).problems.map(({ path, reason }) => `${path}: ${reason}`);
const replaced = (entries: readonly BundleEntry[], path: string, content: string): BundleEntry[] =>
  entries.map((entry) => (entry.path === path ? bytesEntry(path, Buffer.from(content)) : entry));

describe('a bundle as it was written', () => {
  it('holds, and says whose key signed it', async () => {
    const bytes = await bundleBytes(bundleParts(keys));

    expect(await verdictOf(bytes)).toMatchObject({
      ok: true,
      run: 'run_1',
      files: 6,
      bytes: bytes.length,
      key: { trust: 'given' },
      problems: [],
    });
  });

  it('proves only itself where no key is known', async () => {
    const { ok, key } = await verdictOf(await bundleBytes(bundleParts(keys)), null);

    const der = keys.publicKey.export({ type: 'spki', format: 'der' });
    const fingerprint = createHash('sha256').update(der).digest('hex');
    expect({ ok, key }).toEqual({ ok: true, key: { id: fingerprint.slice(0, 16), fingerprint, trust: 'itself' } });
  });

  it('is refused when another key than the known one signed it', async () => {
    const other = makeKey();

    const { ok, problems } = await verdictOf(await bundleBytes(bundleParts(other)));

    expect(ok).toBe(false);
    expect(problems).toEqual([
      {
        path: 'manifest.sig',
        reason: expect.stringMatching(/^it is signed with key [0-9a-f]{16}, which is not in key.pem$/),
      },
    ]);
  });

  it('has bytes that no later version may change, or bundles that were written would no longer hold', async () => {
    const seed = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]);
    const privateKey = createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' });
    const bytes = await bundleBytes(bundleParts({ privateKey, publicKey: createPublicKey(privateKey) }));

    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      'cc02ef6febd8dcf4e04fae36406cd0b3a2bbc5c81c11114127bc0467ac67f2f3',
    );
  });
});

describe('one altered byte', () => {
  it('is found, wherever in the zip it is', async () => {
    const bytes = await bundleBytes(bundleParts(keys));
    const unseen: number[] = [];

    for (let place = 0; place < bytes.length; place++) {
      const altered = Buffer.from(bytes);
      altered[place] = (altered[place] ?? 0) ^ (1 << (place % 8));
      const { ok, problems } = await verdictOf(altered);
      if (ok || problems.length === 0) unseen.push(place);
    }

    expect(unseen).toEqual([]);
  }, 120_000);

  it('is found without a known key, too, unless somebody signed anew', async () => {
    const bytes = await bundleBytes(bundleParts(keys));
    const unseen: number[] = [];

    for (let place = 0; place < bytes.length; place += 5) {
      const altered = Buffer.from(bytes);
      altered[place] = (altered[place] ?? 0) ^ 0x80;
      if ((await verdictOf(altered, null)).ok) unseen.push(place);
    }

    expect(unseen).toEqual([]);
  }, 120_000);

  it('that is missing or too many is found, at both ends', async () => {
    const bytes = await bundleBytes(bundleParts(keys));

    for (const altered of [
      bytes.subarray(1),
      bytes.subarray(0, -1),
      Buffer.concat([Buffer.from('x'), bytes]),
      Buffer.concat([bytes, Buffer.from('x')]),
      Buffer.alloc(0),
      Buffer.from('PK'),
    ])
      expect(await verdictOf(altered)).toMatchObject({ ok: false, run: null });
  });
});

describe('an altered bundle names what was altered', () => {
  const parts = () => bundleParts(keys);
  const LOG = 'evidence/2026-03-01T10-00-00Z-run_1/build/odoo.log';

  it('a file with another content', async () => {
    expect(await problemsOf(replaced(parts(), 'summary.html', '<!doctype HTML>\n'))).toEqual([
      'summary.html: it was altered: another SHA-256',
    ]);
    expect(await problemsOf(replaced(parts(), LOG, 'Odoo stops'))).toEqual([
      `${LOG}: it was altered: 10 bytes instead of 12`,
    ]);
  });

  it('a manifest or a signature', async () => {
    const text = 'the signature does not hold: it, manifest.sig or public-key.pem was altered';
    expect(await problemsOf(replaced(parts(), 'manifest.json', '{}'))).toEqual([`manifest.json: ${text}`]);
    expect(await problemsOf(replaced(parts(), 'manifest.sig', 'x'.repeat(64)))).toEqual([`manifest.json: ${text}`]);
    expect(await problemsOf(replaced(parts(), 'manifest.sig', 'x'))).toEqual(['manifest.sig: it is not of 64 bytes']);
  });

  it('files that are missing, added, twice, or at another place', async () => {
    const [first, ...rest] = parts() as [BundleEntry, ...BundleEntry[]];
    const extra = bytesEntry('note.txt', Buffer.from('hello'));

    expect(await problemsOf(parts().filter(({ path }) => path !== LOG))).toEqual([
      `${LOG}: it is missing from the zip`,
    ]);
    expect(await problemsOf(rest)).toEqual(['manifest.json: it is missing from the zip']);
    expect(await problemsOf([...parts(), extra])).toEqual(['note.txt: it was added: the manifest does not name it']);
    expect(await problemsOf([...parts(), bytesEntry(LOG, Buffer.from('Odoo starts\n'))])).toEqual([
      `${LOG}: it is in the zip twice`,
    ]);
    expect(await problemsOf([...parts(), first])).toEqual(['manifest.json: it is in the zip twice']);
    expect(await problemsOf([first, ...rest.toReversed()])).toEqual([`${LOG}: it is not at its place in the zip`]);
  });

  it('links and heads that do not fit their files, although all of it is signed', async () => {
    const signed = (change: (link: { chain: string; sha256: string }) => object) =>
      bundleParts(keys, (manifest) => ({
        ...manifest,
        runs: manifest.runs.map((run) => ({ ...run, chain: run.chain.map((link) => ({ ...link, ...change(link) })) })),
      }));

    expect(await problemsOf(signed(() => ({ chain: 'a'.repeat(64) })))).toEqual([
      `${LOG}: its link does not hold`,
      'signed head 1: it signs another chain',
    ]);
    expect(await problemsOf(signed(() => ({ sha256: 'a'.repeat(64) })))).toEqual([
      `${LOG}: the chain names another content`,
    ]);
    expect(await problemsOf(signed(() => ({ path: 'elsewhere' })))).toEqual([
      'evidence/elsewhere: the chain names it, and it is not in the bundle',
    ]);
    const heads = bundleParts(keys, (manifest) => ({
      ...manifest,
      runs: manifest.runs.map((run) => ({ ...run, heads: run.heads.map((head) => ({ ...head, number: 2 })) })),
    }));
    expect(await problemsOf(heads)).toEqual(['signed head 2: its signature does not hold']);
  });
});

describe('a zip that was made to harm', () => {
  const zipOf = async (fill: (zip: ZipFile) => void): Promise<Buffer> => {
    const zip = new ZipFile();
    fill(zip);
    zip.end();
    return bytesOf(zip.outputStream as Readable);
  };
  const reasonOf = async (bytes: Buffer) => (await verdictOf(bytes)).problems[0]?.reason;

  it('is refused where it would swell', async () => {
    const bomb = await zipOf((zip) => zip.addBuffer(Buffer.alloc(30_000_000), 'manifest.json'));

    expect(bomb.length).toBeLessThan(100_000);
    expect(await reasonOf(bomb)).toBe('no bundle: manifest.json is compressed or encrypted, which Slipway never does');
  });

  it('is refused where its entries lie over each other', async () => {
    const bytes = await bundleBytes([
      bytesEntry('manifest.json', Buffer.alloc(5000)),
      bytesEntry('manifest.sig', Buffer.alloc(5000)),
    ]);
    // Both sizes in both records of the directory: each entry is said to be as long as the file.
    for (const at of [bytes.lastIndexOf('PK\u0001\u0002'), bytes.indexOf('PK\u0001\u0002')]) {
      bytes.writeUInt32LE(9000, at + 20);
      bytes.writeUInt32LE(9000, at + 24);
    }

    expect(await reasonOf(bytes)).toMatch(/^no bundle: its entries are longer than itself/);
  });

  it('is refused where a name leads elsewhere', async () => {
    for (const [name, evil] of [
      ['aa/b', '../b'],
      ['aa/b', '/a/b'],
      ['aa/b', 'a\\/b'],
    ] as const) {
      const text = (await bundleBytes([bytesEntry(name, Buffer.from('x'))])).toString('latin1').replaceAll(name, evil);

      expect(await reasonOf(Buffer.from(text, 'latin1'))).toMatch(
        /^no bundle: (invalid relative path|absolute path|invalid characters)/,
      );
    }
  });

  it('is refused where times, modes or comments are not ours, though every file is as it was', async () => {
    const foreign = async (options: object) =>
      zipOf((zip) => {
        for (const { path, bytes, open } of bundleParts(keys))
          zip.addReadStreamLazy(path, { compress: false, size: bytes, ...options }, (ready) => ready(null, open()));
      });

    for (const options of [{}, { fileComment: 'hello' }, { mode: 0o100755, mtime: new Date(1980, 0, 1, 12) }])
      expect(await reasonOf(await foreign(options))).toMatch(/^byte \d+ is not as Slipway writes it/);
  });
});

describe('bundleZip', () => {
  it('breaks when a file is not as long as was said, and when it cannot be read', async () => {
    const entry = (bytes: number, open: () => Readable) => bundleZip([{ path: 'a', bytes, open }]).content;

    await expect(bytesOf(entry(3, () => Readable.from([Buffer.from('ab')], { objectMode: false })))).rejects.toThrow(
      'unexpected number of bytes',
    );
    const broken = () =>
      new Readable({
        read() {
          this.destroy(new Error('the disk is gone'));
        },
      });
    await expect(bytesOf(entry(3, broken))).rejects.toThrow('the disk is gone');
  });

  it('says how long it will be, also with an empty file in it', async () => {
    const { bytes, content } = bundleZip([bytesEntry('a', Buffer.alloc(0)), bytesEntry('b', Buffer.from('xyz'))]);

    expect((await bytesOf(content)).length).toBe(bytes);
  });
});
