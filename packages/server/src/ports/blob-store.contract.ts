import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from './blob-store.ts';

export interface BlobWorld {
  readonly store: BlobStore;
  readonly close: () => Promise<void>;
}

const all = async (store: BlobStore, prefix: string): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const { name } of store.list(prefix)) names.push(name);
  return names.sort();
};
const joined = async (chunks: AsyncIterable<Buffer>): Promise<Buffer> => {
  const list: Buffer[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return Buffer.concat(list);
};
async function* pieces(content: Buffer, size: number): AsyncIterable<Buffer> {
  for (let i = 0; i < content.length; i += size) yield content.subarray(i, i + size);
}
async function* broken(): AsyncIterable<Buffer> {
  yield randomBytes(20 * 1024 * 1024);
  yield randomBytes(20 * 1024 * 1024);
  throw new Error('the source broke');
}

/** The promises of BlobStore. Each call that changes something is made twice. */
export const describeBlobStore = (name: string, open: () => Promise<BlobWorld>): void => {
  describe(`blob store: ${name}`, () => {
    let world: BlobWorld;
    let store: BlobStore;
    beforeAll(async () => {
      world = await open();
      store = world.store;
    });
    afterAll(() => world.close());

    it('keeps bytes as they are, and replaces a blob of the same name', async () => {
      await store.put('a/one', randomBytes(10));
      const content = randomBytes(100_000);
      expect(await store.put('a/one', content)).toEqual({ bytes: content.length });
      expect(await store.get('a/one')).toEqual(content);
      expect(await store.size('a/one')).toBe(content.length);
    });

    it('keeps nothing at all as nothing at all', async () => {
      await store.put('a/empty', Buffer.alloc(0));
      expect(await store.get('a/empty')).toEqual(Buffer.alloc(0));
      expect(await store.size('a/empty')).toBe(0);
      async function* none(): AsyncIterable<Buffer> {}
      expect(await store.put('a/empty', none())).toEqual({ bytes: 0 });
    });

    it('takes a stream whose length nobody knows, also one of many parts', async () => {
      for (const size of [1000, 16 * 1024 * 1024, 40 * 1024 * 1024 + 7]) {
        const content = randomBytes(size);
        expect(await store.put('a/stream', pieces(content, 300_001))).toEqual({ bytes: size });
        expect((await joined(store.stream('a/stream'))).equals(content)).toBe(true);
      }
    });

    it('has no blob whose source broke in the middle', async () => {
      await expect(store.put('a/broken', broken())).rejects.toThrow();
      expect(await store.size('a/broken')).toBeNull();
      expect(await all(store, 'a/broken')).toEqual([]);
    });

    it('lists what begins with a prefix, also more than one page of it, and nothing else', async () => {
      const names = Array.from({ length: 1100 }, (_, i) => `many/${String(i).padStart(4, '0')}`);
      for (let i = 0; i < names.length; i += 20)
        await Promise.all(names.slice(i, i + 20).map((one) => store.put(one, Buffer.from('x'))));
      await store.put('manyother', Buffer.from('x'));
      expect(await all(store, 'many/')).toEqual(names);
      expect(await all(store, 'many/000')).toEqual(names.slice(0, 10));
      expect(await all(store, 'nothing/here/')).toEqual([]);
      for await (const entry of store.list('manyother')) {
        expect(entry).toMatchObject({ name: 'manyother', bytes: 1 });
        expect(Math.abs(Date.parse(entry.modifiedAt) - Date.now())).toBeLessThan(600_000);
      }
    });

    it('removes a blob once, however often it is asked', async () => {
      await store.put('a/gone', Buffer.from('x'));
      await store.remove('a/gone');
      await store.remove('a/gone');
      expect(await store.size('a/gone')).toBeNull();
    });

    it('says which blob is missing', async () => {
      await expect(store.get('a/never')).rejects.toMatchObject({ code: 'blob-missing', facts: { blob: 'a/never' } });
      await expect(joined(store.stream('a/never'))).rejects.toMatchObject({ code: 'blob-missing' });
    });

    it('takes no name that leads out of it', async () => {
      for (const bad of ['../x', '/x', 'a//b', 'a/../b', '', 'A', '.x', 'a/.x'])
        await expect(store.put(bad, Buffer.from('x'))).rejects.toThrow('not a name of a blob');
    });
  });
};
