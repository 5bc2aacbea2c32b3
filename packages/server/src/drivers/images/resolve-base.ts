import { Failure } from '@slipway/contracts/failure';
import Docker from 'dockerode';
import { imagePresent } from './make-image.ts';

/**
 * The image that is really there for what was asked: itself, or the one made from Debian's archive where only the default was asked for and
 * no registry has it. `alternatives` are tried in order before anything is pulled.
 */
export const resolveImage = async (socket: string, asked: string, alternatives: readonly string[]): Promise<string> => {
  for (const reference of [asked, ...alternatives]) if (await imagePresent(socket, reference)) return reference;
  try {
    await pull(socket, asked);
    return asked;
  } catch (error) {
    throw new Failure(
      'base-image-missing',
      { image: asked, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
};

const pull = async (socket: string, reference: string): Promise<void> => {
  const docker = new Docker({ socketPath: socket });
  const stream = await docker.pull(reference);
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
  );
};
