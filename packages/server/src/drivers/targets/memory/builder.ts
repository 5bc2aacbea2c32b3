import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { LogSink } from '../../../domain/log.ts';
import type { BuiltImage, ImageBuilder, ImageRequest } from '../../../ports/image-builder.ts';
import type { MemoryWorld } from './world.ts';

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

export const openMemoryBuilder = (world: MemoryWorld): ImageBuilder => {
  const foldersOf = (reference: string): Readonly<Record<string, readonly string[]>> => {
    const found = world.options.bases?.[reference];
    if (found === undefined) throw new Failure('base-image-missing', { image: reference, reason: 'not in this world' });
    return found;
  };
  return {
    base: (reference) =>
      world.call('builder.base', () => ({
        reference,
        digest: digestOf(JSON.stringify([reference, foldersOf(reference)])),
      })),
    build: (request, log, signal) => world.call('builder.build', () => build(world, request, log, signal)),
    exists: (reference) => world.call('builder.exists', () => world.images.has(reference)),
    list: (reference, folder) => world.call('builder.list', () => foldersOf(reference)[folder] ?? []),
  };
};

const build = (world: MemoryWorld, request: ImageRequest, log: LogSink, signal: AbortSignal): BuiltImage => {
  signal.throwIfAborted();
  const reference = `slipway/${request.project}:sha-${request.sha}`;
  const content = `slipway/${request.project}:content-${request.contentHash}`;
  const digest = digestOf(content);
  const cached = world.images.has(content);
  if (!cached) {
    log('build', `building ${content}`);
    world.changed(`built image ${content}`);
  }
  world.images.set(content, digest);
  world.images.set(reference, digest);
  return { reference, digest, cached };
};
