import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../ports/blob-store.ts';
import { ObjectReader, ObjectWriter, objectName } from './objects.ts';
import { folderStore } from './testing-shop.contract.ts';

const PART = { snapshot: 'snap_1', part: 'table res_partner' };
const corrupt = (reason: string) => ({ code: 'snapshot-corrupt', facts: { ...PART, reason } });

let folder: string;
let store: BlobStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-objects-'));
  store = folderStore(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const put = (content: Buffer) => new ObjectWriter(store, null, new Map()).put(content);

describe('an object that is read whole', () => {
  // The last one is read in pieces.
  it.each([0, 1, 100_000, 17 * 1024 * 1024])('comes back as it was, of %i bytes', async (bytes) => {
    const content = Buffer.alloc(bytes, 'a row\tof a table\n');
    expect((await new ObjectReader(store, null).read(await put(content), PART)).equals(content)).toBe(true);
  });

  it('is refused where it unpacks to more than it was, to less, to something else, or not at all', async () => {
    const reader = new ObjectReader(store, null);
    const object = await put(Buffer.alloc(1000, 'x'));
    const other = await put(Buffer.alloc(1000, 'y'));
    const read = (bytes: number): Promise<Buffer> => reader.read({ ...object, bytes }, PART);
    await expect(read(999)).rejects.toMatchObject(corrupt('it is larger than it was'));
    await expect(read(1001)).rejects.toMatchObject(corrupt('its content is not what its name says'));
    await store.put(objectName(object.id), await store.get(objectName(other.id)));
    await expect(read(1000)).rejects.toMatchObject(corrupt('its content is not what its name says'));
    await store.put(objectName(object.id), (await store.get(objectName(other.id))).subarray(0, 12));
    await expect(read(1000)).rejects.toMatchObject(corrupt('it cannot be unpacked'));
  });
});
