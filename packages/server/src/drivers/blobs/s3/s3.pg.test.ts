import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../../../test/setup/postgres.ts';
import { type S3Server, startS3 } from '../../../../../../test/setup/s3.ts';
import { EVERYTHING, openWire } from '../../../../../../test/setup/wire.ts';
import { Secret } from '../../../domain/secret.ts';
import { describeBlobStore } from '../../../ports/blob-store.contract.ts';
import type { BlobStore } from '../../../ports/blob-store.ts';
import { openClient } from './client.ts';
import { openS3Store, type S3Settings } from './index.ts';

let server: S3Server;
const settings = (changed: Partial<S3Settings> = {}): S3Settings => ({
  endpoint: server.endpoint,
  region: server.region,
  bucket: server.bucket,
  prefix: '',
  accessKey: server.accessKey,
  secretKey: new Secret(server.secretKey),
  timeoutSeconds: 5,
  ...changed,
});

beforeAll(async () => {
  server = await startS3();
  const { sdk, client } = await openClient(settings());
  await client.send(new sdk.CreateBucketCommand({ Bucket: server.bucket }));
  client.destroy();
});
afterAll(() => server.stop());

describeBlobStore('S3 (OpenStack Swift)', async () => {
  const store = await openS3Store(settings({ prefix: 'backups/shop' }));
  return { store, close: async () => store.end() };
});

const first = async (store: BlobStore): Promise<unknown> => {
  for await (const entry of store.list('')) return entry;
  return null;
};

describe('what can go wrong with S3', () => {
  it('says that the store refused when the secret key is wrong', async () => {
    const store = await openS3Store(settings({ secretKey: new Secret('wrong') }));
    const refused = { code: 'store-refused', facts: { reason: expect.stringContaining('SignatureDoesNotMatch') } };
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject(refused);
    await expect(store.get('a')).rejects.toMatchObject(refused);
    await expect(first(store)).rejects.toMatchObject(refused);
    store.end();
  });

  it('says that the store refused when there is no such bucket, instead of looking empty', async () => {
    const store = await openS3Store(settings({ bucket: 'nowhere' }));
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'store-refused' });
    await expect(first(store)).rejects.toMatchObject({ code: 'store-refused' });
    await expect(store.size('a')).rejects.toMatchObject({ code: 'store-refused' });
    store.end();
  });

  it('says that the store is unreachable when nobody listens', async () => {
    const store = await openS3Store(settings({ endpoint: `http://127.0.0.1:${await freePort()}` }));
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'store-unreachable' });
    store.end();
  });

  it('has no blob when the network is cut in the middle, and takes it when the network is back', async () => {
    const allowed = { ...EVERYTHING, up: 20 * 1024 * 1024 };
    const wire = await openWire(server.endpoint, allowed);
    const store = await openS3Store(settings({ endpoint: wire.endpoint }));
    const content = Buffer.alloc(40 * 1024 * 1024, 'x');
    async function* parts(): AsyncIterable<Buffer> {
      for (let i = 0; i < 40; i++) yield content.subarray(i * 1024 * 1024, (i + 1) * 1024 * 1024);
    }
    await expect(store.put('cut', parts())).rejects.toMatchObject({ code: 'store-unreachable' });
    const straight = await openS3Store(settings());
    expect(await straight.size('cut')).toBeNull();
    Object.assign(allowed, EVERYTHING);
    expect(await store.put('cut', parts())).toEqual({ bytes: content.length });
    expect(await straight.size('cut')).toBe(content.length);
    store.end();
    straight.end();
    wire.close();
  });

  it('gives up on a server that takes the request and says nothing', async () => {
    const port = await freePort();
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(port, '127.0.0.1', resolve));
    const store = await openS3Store(settings({ endpoint: `http://127.0.0.1:${port}`, timeoutSeconds: 1 }));
    await expect(store.get('a')).rejects.toMatchObject({ code: 'store-unreachable' });
    store.end();
    mute.close();
  });
});
