import type Docker from 'dockerode';
import type { Pack } from 'tar-stream';
import { sendFiles } from './context.ts';
import { orBuildFailure } from './failures.ts';

export interface Layer {
  readonly from: string;
  /** `repository:tag` of the image that comes of it. */
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Files by their path from `/`. */
  readonly files: () => Pack;
  readonly signal: AbortSignal;
}

/** Nobody's environment: what a crash leaves in the middle is an orphan to the reaper. */
const OWNER = 'build/unfinished';

/**
 * Files on top of an image, without a builder: a container that never runs, an archive put into it, a commit. A quarter of
 * the time of `docker build` for the same (0.24 s instead of 0.86 s, November 2026). The tag appears only when it is whole.
 */
export const addLayer = async (docker: Docker, layer: Layer): Promise<void> => {
  const container = await orBuildFailure(() =>
    docker.createContainer({
      Image: layer.from,
      // Odoo itself, in every image alike: the script of the registry's image would put the database password on the command line.
      Entrypoint: ['odoo'],
      Cmd: [],
      Labels: { ...layer.labels, 'slipway.environment': OWNER },
      HostConfig: { NetworkMode: 'none' },
    }),
  );
  try {
    await sendFiles(layer.files, layer.signal, (files, abortSignal) =>
      orBuildFailure(() => container.putArchive(files, { path: '/', abortSignal })),
    );
    layer.signal.throwIfAborted();
    const colon = layer.tag.lastIndexOf(':');
    const changes = ['LABEL slipway.environment=""'];
    await orBuildFailure(() =>
      container.commit({ repo: layer.tag.slice(0, colon), tag: layer.tag.slice(colon + 1), changes }),
    );
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
};
