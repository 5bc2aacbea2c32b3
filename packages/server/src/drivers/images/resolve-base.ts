import { Failure } from '@slipway/contracts/failure';
import { asDockerFailure, dockerAt, dockerReason } from '../shared/docker-engine.ts';
import { imagePresent } from './make-image.ts';

/**
 * The image that is really there for what was asked: itself, or the one made from Debian's archive where only the default was asked for and
 * no registry has it. `alternatives` are tried in order before anything is pulled.
 */
export const resolveImage = async (socket: string, asked: string, alternatives: readonly string[]): Promise<string> => {
  for (const reference of [asked, ...alternatives]) if (await imagePresent(socket, reference)) return reference;
  await pull(socket, asked);
  return asked;
};

/** Failures: docker-unreachable (retry), disk-full, base-image-missing with the registry's own words. */
const pull = async (socket: string, reference: string): Promise<void> => {
  const docker = dockerAt(socket);
  try {
    const stream: NodeJS.ReadableStream = await docker.pull(reference);
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
    );
  } catch (error) {
    const known = asDockerFailure(error);
    if (known instanceof Failure) throw known;
    throw new Failure('base-image-missing', { image: reference, reason: dockerReason(error) }, error);
  }
};
