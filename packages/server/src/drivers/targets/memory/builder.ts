import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { ImageBuilder } from '../../../ports/image-builder.ts';
import type { World } from './world.ts';

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Images by reference; nothing is built, the digest is that of the content asked for. */
export const openMemoryBuilder = (world: World): ImageBuilder => ({
  base: (reference) =>
    world.act('builder.base', () => {
      const built = world.images.get(reference);
      if (built !== undefined) return { reference, digest: built };
      if (!reference.startsWith('odoo:'))
        throw new Failure('base-image-missing', { image: reference, reason: 'not found' });
      return { reference, digest: digestOf(reference) };
    }),
  build: (request, log, signal) =>
    world.act('builder.build', () => {
      signal.throwIfAborted();
      const reference = `slipway/${request.project}:sha-${request.sha}`;
      const digest = digestOf(request.contentHash);
      const content = `slipway/${request.project}:content-${request.contentHash}`;
      const cached = world.images.has(content);
      world.images.set(reference, digest);
      if (!cached) {
        world.images.set(content, digest);
        world.count('builder.build');
        log('build', `#1 COPY ${request.addons.join(' ')}`);
      }
      return { reference, digest, cached };
    }),
  exists: async (reference) => world.images.has(reference),
  digest: async (reference) => world.images.get(reference) ?? null,
  list: (_reference, _folder) => world.act('builder.list', () => world.core),
  readEach: (_reference, _folder, file) =>
    world.act(
      'builder.readEach',
      () =>
        new Map(
          [...world.files]
            .filter(([path]) => path.endsWith(`/${file}`))
            .map(([path, text]) => [path.slice(0, -file.length - 1), text]),
        ),
    ),
});
