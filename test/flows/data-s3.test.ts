import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openClient } from '../../packages/server/src/drivers/blobs/s3/client.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { configure, productionAt } from '../chaos/data-scenarios.ts';
import { type S3Server, startS3 } from '../setup/s3.ts';
import { EVERYTHING, openWire, type Wire } from '../setup/wire.ts';
import { makeProduction, type Production } from './data-production.ts';
import { type DataStand, openDataStand } from './data-stand.ts';
import { makeShop, type Shop } from './make-slipway.ts';

/** A bucket that refuses, and a network that breaks, in whole runs on a real S3 server. */
let s3: S3Server;
let wire: Wire;
const allowed = { ...EVERYTHING };
let shop: Shop;
let production: Production;
let stand: DataStand;
beforeAll(async () => {
  s3 = await startS3();
  const { sdk, client } = await openClient({ ...s3, prefix: '', secretKey: new Secret(s3.secretKey) });
  await client.send(new sdk.CreateBucketCommand({ Bucket: s3.bucket }));
  client.destroy();
  wire = await openWire(s3.endpoint, allowed);
  shop = await makeShop();
  production = await makeProduction(inject('postgresUrl'));
});
afterAll(async () => {
  wire?.close();
  await production?.remove();
  await shop?.remove();
  await s3?.stop();
});

const tell = async (name: string, value: string): Promise<void> => {
  await stand.plane.secrets.set({ project: 'shop', stage: 'production', name, value: new Secret(value), by: 'mona' });
};
let count = 0;
beforeEach(async () => {
  Object.assign(allowed, EVERYTHING);
  stand = await openDataStand(inject('postgresUrl'), shop);
  const place = `endpoint: ${wire.endpoint}, region: ${s3.region}, bucket: ${s3.bucket}, prefix: test-${++count}`;
  await configure(stand.plane, production, { store: `{ kind: s3, ${place} }` });
  await productionAt(stand.plane, production.url);
  await tell('S3_ACCESS_KEY', s3.accessKey);
  await tell('S3_SECRET_KEY', s3.secretKey);
});
afterEach(() => stand?.close());

const SNAPSHOT = ['snapshot', 'create', 'production', '--sanitise'] as const;
/** What is said of an environment while its run waits. */
const reason = async (environment: string): Promise<string> => {
  const [row] = await query<{ reason: string | null }>(
    stand.plane.slipway.db,
    'select reason from ops.environments where id = $1',
    [environment],
  );
  return row?.reason ?? '';
};

test('a wrong secret key is told with the bucket, and nothing is offered, until it is right', async () => {
  await tell('S3_SECRET_KEY', 'wrong');

  const said = await stand.fails(...SNAPSHOT);

  expect(said).toMatchObject({
    code: 'store-refused',
    message: expect.stringMatching(/^The store .*slipway.* refused: .*SignatureDoesNotMatch/),
    hint: expect.stringContaining('Check the access key, its secret'),
  });
  expect(await stand.snapshots()).toEqual([]);
  await tell('S3_SECRET_KEY', s3.secretKey);
  await stand.succeeds(...SNAPSHOT);
  expect(await stand.snapshots()).toHaveLength(1);
});

test('a wrong secret key keeps a refresh from beginning, and the former staging serves', async () => {
  await stand.succeeds('staging', 'refresh');
  await tell('S3_SECRET_KEY', 'wrong');

  expect(await stand.fails('staging', 'refresh')).toMatchObject({ code: 'store-refused' });

  await stand.untouched();
  await tell('S3_SECRET_KEY', s3.secretKey);
  await stand.succeeds('staging', 'refresh');
});

test('a network that is cut while a backup is sent is waited for, and the backup is whole', async () => {
  allowed.up = 12_000;
  const made = stand.succeeds('backup', 'create');
  await expect
    .poll(() => reason('shop/production'), { timeout: 20_000, interval: 5 })
    .toMatch(/^The store .* does not answer/);
  expect(await stand.plane.slipway.ports.snapshots.list('shop', 'raw')).toEqual([]);
  Object.assign(allowed, EVERYTHING);
  await made;

  expect(await reason('shop/production')).toBe('');
  const [backup = ''] = await stand.backups();
  expect((await stand.slipway('snapshot', 'verify', backup)).code).toBe(0);
});

test('a network that stays away ends a restore with a word about it, and the former staging serves', async () => {
  await stand.succeeds('staging', 'refresh');
  await stand.succeeds('backup', 'create');
  const [backup = ''] = await stand.backups();
  const restore = ['backup', 'restore', backup, '--to', 'staging', '--yes'] as const;
  // Enough for the manifest, not for the data.
  allowed.down = 9000;

  const said = await stand.fails(...restore);

  expect(said).toMatchObject({
    code: 'store-unreachable',
    hint: expect.stringContaining('Check its address and the network'),
  });
  await stand.untouched();
  Object.assign(allowed, EVERYTHING);
  await stand.succeeds(...restore);
  await stand.untouched();
}, 240_000);
