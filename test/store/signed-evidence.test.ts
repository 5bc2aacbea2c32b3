import { generateKeyPairSync, verify as verifySignature } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chainOf, GENESIS } from '@slipway/contracts/evidence-chain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listArtifacts } from '../../packages/server/src/store/artifacts.ts';
import { readHeads } from '../../packages/server/src/store/evidence-heads.ts';
import { addRun, type EvidenceSite, folderOf, openEvidenceSite } from './evidence-site.ts';

let site: EvidenceSite;
beforeEach(async () => {
  site = await openEvidenceSite();
});
afterEach(() => site.close());

const head = (number: number): string => `${folderOf(`run_${number}`)}/head-${number}.json`;
const file = (path: string): string => join(site.folder, path);
const read = (path: string): Promise<string> => readFile(file(path), 'utf8');
const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
/** Rows and files of the newest run, all of them. */
const cutOff = async (run: string): Promise<void> => {
  await site.tamper(
    `delete from ops.evidence_heads where run = '${run}'`,
    `delete from ops.artifacts where run = '${run}'`,
    `delete from ops.runs where id = '${run}'`,
  );
  await rm(file(folderOf(run)), { recursive: true });
};

describe('sealing', () => {
  test('signs a head per run that names the one before, as a row and as a file that OpenSSL can check, too', async () => {
    await site.fill();

    const verdict = await site.verify();
    expect(verdict).toMatchObject({ ok: true, heads: 3, newestHead: { number: 3, run: 'run_3' } });
    const heads = await readHeads(site.pool);
    expect(heads.map(({ number, run, sequence }) => [number, run, sequence])).toEqual([
      [1, 'run_1', 3],
      [2, 'run_2', 6],
      [3, 'run_3', 9],
    ]);
    const kept = JSON.parse(await read(head(2))) as { signed: string; signature: string };
    expect(JSON.parse(kept.signed)).toMatchObject({ version: 1, number: 2, run: 'run_2', chain: heads[1]?.chain });
    const key = await read(`keys/${heads[1]?.key}.pem`);
    expect(key).toBe(verdict.publicKey);
    expect(verifySignature(null, Buffer.from(kept.signed), key, Buffer.from(kept.signature, 'base64'))).toBe(true);
    expect(await readFile(site.tipFile, 'utf8')).toBe(await read(head(3)));
  });

  test('keeps the private key to its owner', async () => {
    expect((await stat(site.keyFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(site.keyFile, 'utf8')).toContain('PRIVATE KEY');
  });

  test('twice is sealing once; what a run wrote after that is sealed by another head', async () => {
    await site.fill(['run_1']);
    await site.fill(['run_1']);
    expect(await readHeads(site.pool)).toHaveLength(1);

    const evidence = await site.open();
    await evidence.add('build/more.log', 'after a crash\n');
    expect((await site.verifyAtWork()).ok).toBe(true);
    await evidence.seal();

    expect((await readHeads(site.pool)).map(({ number, run }) => [number, run])).toEqual([
      [1, 'run_1'],
      [2, 'run_1'],
    ]);
    await site.pool.query(`delete from ops.runs where id <> 'run_1'`);
    expect(await site.verify()).toMatchObject({ ok: true, heads: 2 });
  });

  test('goes on after a crash between the file of a head and its row', async () => {
    await site.fill(['run_1']);
    await mkdir(file(folderOf('run_2')));
    await writeFile(file(head(2)), 'a head that never was');

    await site.fill(['run_3', 'run_2']);

    expect((await readdir(file(folderOf('run_2')))).sort()).toEqual(['build', 'head-3.json', 'manifest.json']);
    expect(await site.verify()).toMatchObject({ ok: true, heads: 3 });
  });

  test('by several processes at once gives each run its own number', async () => {
    for (const run of ['run_4', 'run_5', 'run_6']) await addRun(site.pool, run);

    await Promise.all(['run_1', 'run_2', 'run_3', 'run_4', 'run_5', 'run_6'].map((run) => site.fill([run])));

    expect(await site.verify()).toMatchObject({ ok: true, heads: 6, newestHead: { number: 6 } });
  });
});

describe('verifying finds', () => {
  beforeEach(() => site.fill());

  test.each<[string, string, string, () => Promise<unknown>]>([
    ['a head whose file was altered', head(2), 'the file was altered', () => writeFile(file(head(2)), '{}')],
    ['a head whose file is missing', head(2), 'the file is missing', () => rm(file(head(2)))],
    [
      'a head whose row was altered',
      head(2),
      'signature',
      () => site.tamper(`update ops.evidence_heads set sealed_at = '2020-01-01T00:00:00.000Z' where number = 2`),
    ],
    [
      'a head whose signature was altered',
      head(2),
      'signature',
      () => site.tamper(`update ops.evidence_heads set signature = 'AAAA' where number = 2`),
    ],
    [
      'a head that names an unknown key',
      head(2),
      'key feedfeed',
      () => site.tamper(`update ops.evidence_heads set key = 'feedfeed' where number = 2`),
    ],
    [
      'a head that was deleted',
      head(3),
      'heads between 1 and 3',
      () => site.tamper('delete from ops.evidence_heads where number = 2'),
    ],
    [
      'heads that were numbered anew',
      head(3),
      'does not follow',
      () =>
        site.tamper(
          'delete from ops.evidence_heads where number = 2',
          'update ops.evidence_heads set number = 2 where number = 3',
        ),
    ],
    [
      'the newest head deleted with its file',
      `${folderOf('run_3')}/manifest.json`,
      'no signed head covers',
      async () => {
        await site.tamper('delete from ops.evidence_heads where number = 3');
        await rm(file(head(3)));
      },
    ],
    [
      'the newest row deleted with its file: the head signs more than there is',
      head(3),
      'those after 8 are missing',
      async () => {
        await site.tamper('delete from ops.artifacts where sequence = 9');
        await rm(file(`${folderOf('run_3')}/manifest.json`));
      },
    ],
    [
      'a folder that no run wrote',
      '2026-11-21T05-00-00Z-run_9',
      'no run',
      () => mkdir(file('2026-11-21T05-00-00Z-run_9')),
    ],
    [
      'an altered public key',
      '',
      'public half',
      async () => {
        const [name] = await readdir(file('keys'));
        await writeFile(file(`keys/${name}`), 'another');
      },
    ],
    [
      'a public key that is not ours',
      'keys/planted.pem',
      'not recorded',
      () => writeFile(file('keys/planted.pem'), 'x'),
    ],
    ['the newest run cut off, rows and files', 'evidence.tip', 'the newest runs were cut off', () => cutOff('run_3')],
    ['a missing tip', 'evidence.tip', 'is missing', () => rm(site.tipFile)],
    ['an altered tip', 'evidence.tip', 'does not name', () => writeFile(site.tipFile, 'x')],
  ])('%s', async (_, path, reason, alter) => {
    expect((await site.verify()).ok).toBe(true);
    await alter();

    const verdict = await site.verify();

    expect(verdict.ok).toBe(false);
    expect(verdict.firstAltered?.path).toContain(path);
    expect(verdict.firstAltered?.reason).toContain(reason);
  });

  test('everything thrown away at once', async () => {
    for (const run of ['run_3', 'run_2', 'run_1']) await cutOff(run);

    expect((await site.verify()).firstAltered?.reason).toContain('those after 0 are missing');
  });

  test('a run that ended without evidence', async () => {
    await addRun(site.pool, 'run_4');

    expect((await site.verify()).firstAltered).toEqual({
      path: 'run_4',
      reason: 'run run_4 has ended, and no signed head covers it',
    });
  });

  test('nothing wrong with runs that ended before they began, nor with those from before there were heads', async () => {
    await addRun(site.pool, 'run_4');
    await site.pool.query(
      `update ops.runs set state = 'superseded', started_at = null, lease_until = null where id = 'run_4'`,
    );
    expect((await site.verify()).ok).toBe(true);
    await site.tamper('delete from ops.evidence_heads');
    for (const number of [1, 2, 3]) await rm(file(head(number)));
    await rm(site.tipFile);
    expect(await site.verify()).toMatchObject({ ok: true, heads: 0 });
    await addRun(site.pool, 'run_5');
    await site.fill(['run_5']);
    expect(await site.verify()).toMatchObject({ ok: true, heads: 1 });
  });
});

/** By somebody who has both stores, but no key: everything that follows from the altered row is computed again. */
const rebuildChain = async (): Promise<void> => {
  const { rows } = await site.pool.query('select distinct run from ops.artifacts');
  const all = (await Promise.all(rows.map((row) => listArtifacts(site.pool, String(row.run))))).flat();
  let previous = GENESIS;
  for (const row of all.sort((a, b) => a.sequence - b.sequence)) {
    const chain = chainOf(previous, row.run, row);
    await site.tamper(
      `update ops.artifacts set previous_chain = '${previous}', chain = '${chain}' where sequence = ${row.sequence}`,
    );
    previous = chain;
  }
};

test('Verifying finds a file altered with its row and the whole chain made anew after it', async () => {
  await site.fill();
  const content = 'image of run_2, improved\n';
  const path = `${folderOf('run_2')}/build/image.log`;
  await writeFile(file(path), content);
  await site.tamper(
    `update ops.artifacts set bytes = ${content.length}, sha256 = encode(sha256('${content}'), 'hex') where path = '${path}'`,
  );
  await rebuildChain();

  expect((await site.verify()).firstAltered).toEqual({
    path: head(2),
    reason: 'the chain is not the one that was signed',
  });
});

test('What verifying cannot see is the newest run cut off with an older tip put back; the head that was kept elsewhere tells', async () => {
  await site.fill(['run_1', 'run_2']);
  const older = await readFile(site.tipFile);
  await site.fill(['run_3']);
  const kept = (await site.verify()).newestHead;
  await cutOff('run_3');
  await writeFile(site.tipFile, older);

  const verdict = await site.verify();

  expect(verdict.ok).toBe(true);
  expect(verdict.newestHead?.number).toBeLessThan(kept?.number ?? 0);
});

test('What verifying cannot see is a whole chain made anew with a key of its own; the public key tells', async () => {
  await site.fill();
  for (const run of ['run_3', 'run_2', 'run_1']) await cutOff(run);
  await writeFile(site.keyFile, newKey());
  await rm(site.tipFile);
  const ours = await readFile(file(`keys/${(await readdir(file('keys')))[0]}`), 'utf8');
  await rm(file('keys'), { recursive: true });
  await site.useKey(null);
  for (const run of ['run_7', 'run_8']) await addRun(site.pool, run);
  await site.fill(['run_7', 'run_8']);

  const verdict = await site.verify();
  expect(verdict.ok).toBe(true);
  expect(verdict.publicKey).not.toBe(ours);
});

describe('the key', () => {
  const signer = async (): Promise<string> => (await readHeads(site.pool)).at(-1)?.key ?? '';

  test('is changed by a new one above the old one: both verify, the new one signs', async () => {
    await site.fill(['run_1']);
    const old = await signer();
    await writeFile(site.keyFile, newKey() + (await readFile(site.keyFile, 'utf8')));
    await site.useKey(old);
    await site.fill(['run_2', 'run_3']);

    expect(await signer()).not.toBe(old);
    expect((await readdir(file('keys'))).sort()).toEqual([old, await signer()].map((id) => `${id}.pem`).sort());
    expect(await site.verify()).toMatchObject({ ok: true, heads: 3, newestHead: { key: await signer() } });
  });

  test('that is old verifies from its public half alone', async () => {
    await site.fill(['run_1']);
    const old = await signer();
    await writeFile(site.keyFile, newKey() + (await read(`keys/${old}.pem`)));
    await site.useKey(old);
    await site.fill(['run_2', 'run_3']);

    expect(await site.verify()).toMatchObject({ ok: true, heads: 3 });
  });

  test('that was lost is never made anew in silence', async () => {
    await site.fill(['run_1']);
    await rm(site.keyFile);

    await expect(site.openKey(await signer())).rejects.toMatchObject({
      code: 'evidence-key-wrong',
      facts: expect.objectContaining({ file: site.keyFile }),
    });
    await expect(stat(site.keyFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.each([
    ['another key', newKey(), 'does not hold key'],
    ['no key', 'hello\n', 'does not begin with a private key'],
    [
      'a key of another kind',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'not Ed25519',
    ],
    ['a broken key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', 'no key in PEM'],
  ])('is refused when the file holds %s', async (_, content, reason) => {
    await site.fill(['run_1']);
    await writeFile(site.keyFile, content);

    await expect(site.openKey(await signer())).rejects.toMatchObject({
      code: 'evidence-key-wrong',
      facts: expect.objectContaining({ reason: expect.stringContaining(reason) }),
    });
  });

  test('is the same for processes that start at once', async () => {
    await rm(site.keyFile);

    const keys = await Promise.all(Array.from({ length: 8 }, () => site.openKey()));

    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    expect((await readdir(site.data)).sort()).toEqual(['evidence', 'evidence.key']);
  });
});
