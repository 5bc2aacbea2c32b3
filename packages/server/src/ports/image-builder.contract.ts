import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BaseImage, ImageBuilder, ImageRequest } from './image-builder.ts';

export interface BuilderWorld {
  readonly builder: ImageBuilder;
  /** A base image that is there, a folder in it and a name in that folder. */
  readonly base: string;
  readonly folder: string;
  readonly entry: string;
  /** A file that some entries of that folder have and others have not, and a word in that of `entry`. */
  readonly file: string;
  readonly word: string;
  /** Absolute folder of a checkout with `addons/demo/__manifest__.py`. */
  readonly checkout: string;
  readonly close: () => Promise<void>;
}

const never = new AbortController().signal;
const quiet = (): void => undefined;

/** The promises of ImageBuilder. */
export const describeImageBuilder = (name: string, open: () => Promise<BuilderWorld>): void => {
  describe(`image builder: ${name}`, () => {
    let world: BuilderWorld;
    let base: BaseImage;
    const request = (sha: string, change: Partial<ImageRequest> = {}): ImageRequest => ({
      project: 'contract',
      sha: sha.repeat(40).slice(0, 40),
      base,
      packages: [],
      checkout: world.checkout,
      requirements: [],
      addons: ['addons'],
      lockHash: 'l'.repeat(64),
      contentHash: `content-${process.pid}-1`,
      ...change,
    });

    beforeAll(async () => {
      world = await open();
      base = await world.builder.base(world.base);
    });
    afterAll(() => world.close());

    it('finds a base image and says by its digest what is in it', async () => {
      expect(base.digest).toMatch(/^sha256:/);
      expect(await world.builder.base(world.base)).toEqual(base);
    });

    it('says which base image is missing', async () => {
      await expect(world.builder.base('127.0.0.1:9/none:1')).rejects.toMatchObject({ code: 'base-image-missing' });
    });

    it('builds an image under the commit’s own tag and tells how', async () => {
      const lines: string[] = [];
      const built = await world.builder.build(request('a'), (stream, line) => lines.push(`${stream}: ${line}`), never);

      expect(built).toMatchObject({ reference: `slipway/contract:sha-${'a'.repeat(40)}`, cached: false });
      expect(await world.builder.digest(built.reference)).toBe(built.digest);
      expect(await world.builder.digest('slipway/contract:sha-none')).toBeNull();
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.every((line) => line.startsWith('build: '))).toBe(true);
      expect(await world.builder.exists(built.reference)).toBe(true);
    });

    it('builds the same content once, whatever the commit is called', async () => {
      const first = await world.builder.build(request('a'), quiet, never);
      const second = await world.builder.build(request('b'), quiet, never);

      expect(first.cached && second.cached).toBe(true);
      expect(second.digest).toBe(first.digest);
      expect(await world.builder.exists(second.reference)).toBe(true);
    });

    it('builds again when the content is another', async () => {
      const built = await world.builder.build(request('c', { contentHash: `content-${process.pid}-2` }), quiet, never);

      expect(built.cached).toBe(false);
    });

    it('does not build when it was told to stop', async () => {
      const reason = new Error('told to stop');
      const building = world.builder.build(
        request('d', { contentHash: `content-${process.pid}-3` }),
        quiet,
        AbortSignal.abort(reason),
      );

      await expect(building).rejects.toBe(reason);
      expect(await world.builder.exists(`slipway/contract:sha-${'d'.repeat(40)}`)).toBe(false);
    });

    it('knows what is not there', async () => {
      expect(await world.builder.exists('slipway/contract:sha-none')).toBe(false);
    });

    it('lists what a base image brings', async () => {
      expect(await world.builder.list(world.base, world.folder)).toContain(world.entry);
    });

    it('reads one file of each folder that has it, twice the same', async () => {
      const first = await world.builder.readEach(world.base, world.folder, world.file);

      expect(first.get(world.entry)).toContain(world.word);
      expect(first.size).toBeLessThan((await world.builder.list(world.base, world.folder)).length);
      expect(await world.builder.readEach(world.base, world.folder, world.file)).toEqual(first);
    });

    it('reads nothing from a folder that has no such file', async () => {
      expect(await world.builder.readEach(world.base, world.folder, 'no/such file.sql')).toEqual(new Map());
    });
  });
};
