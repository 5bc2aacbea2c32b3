import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import type { Pack } from 'tar-stream';
import type { LogSink } from '../../../domain/log.ts';
import type { BuiltImage, ImageBuilder, ImageRequest } from '../../../ports/image-builder.ts';
import { dockerAt } from '../../shared/docker-engine.ts';
import { addLayer } from './add-layer.ts';
import { type ContextPart, packFiles, sendFiles } from './context.ts';
import { ADDONS_ROOT, dependencyDockerfile } from './dockerfile.ts';
import { buildFailure, orBuildFailure, statusOf } from './failures.ts';
import { openReader } from './read-image.ts';

export interface BuilderSettings {
  readonly socket: string;
  readonly instance: string;
  /** Finds or pulls the base image; returns the reference that is really there. */
  readonly resolveBase: (reference: string) => Promise<string>;
}

/** Images by Docker Engine's own builder; any version of it, no extra program. */
export const openDockerBuilder = (settings: BuilderSettings): ImageBuilder => {
  const docker = dockerAt(settings.socket);
  return {
    base: async (reference) => {
      const found = await settings.resolveBase(reference);
      const info = await orBuildFailure(() => docker.getImage(found).inspect());
      return { reference: found, digest: info.Id };
    },
    build: (request, log, signal) => build(docker, settings, request, log, signal),
    exists: async (reference) => (await imageId(docker, reference)) !== null,
    digest: (reference) => imageId(docker, reference),
    ...openReader(docker, settings.instance),
  };
};

const imageId = async (docker: Docker, reference: string): Promise<string | null> => {
  try {
    return (await docker.getImage(reference).inspect()).Id;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw buildFailure(error);
  }
};

const build = async (
  docker: Docker,
  settings: BuilderSettings,
  request: ImageRequest,
  log: LogSink,
  signal: AbortSignal,
): Promise<BuiltImage> => {
  const repository = `slipway/${request.project}`;
  const reference = `${repository}:sha-${request.sha}`;
  const content = `${repository}:content-${request.contentHash.slice(0, 40)}`;
  const known = await imageId(docker, content);
  if (known !== null) {
    await orBuildFailure(() => docker.getImage(content).tag({ repo: repository, tag: `sha-${request.sha}` }));
    return { reference, digest: known, cached: true };
  }
  const labels = {
    'org.opencontainers.image.revision': request.sha,
    'org.opencontainers.image.base.name': request.base.reference,
    'org.opencontainers.image.base.digest': request.base.digest,
    'slipway.instance': settings.instance,
    'slipway.project': request.project,
    'slipway.content': request.contentHash,
  };
  const dependencies = await buildDependencies(docker, settings, request, log, signal);
  const parts = request.addons.map((folder) => ({
    from: `${request.checkout}/${folder}`,
    to: (folder === '.' ? ADDONS_ROOT : `${ADDONS_ROOT}/${folder}`).slice(1),
  }));
  signal.throwIfAborted();
  log('build', `${content}: ${request.addons.join(', ')} on top of ${dependencies}`);
  await addLayer(docker, { from: dependencies, tag: content, labels, files: () => packFiles(parts), signal });
  const digest = await imageId(docker, content);
  if (digest === null) throw new Failure('image-build-interrupted', { reason: `${content} vanished after its build` });
  await orBuildFailure(() => docker.getImage(content).tag({ repo: repository, tag: `sha-${request.sha}` }));
  return { reference, digest, cached: false };
};

/** One image per set of requirements and packages, shared by every commit that has the same. */
const buildDependencies = async (
  docker: Docker,
  settings: BuilderSettings,
  request: ImageRequest,
  log: LogSink,
  signal: AbortSignal,
): Promise<string> => {
  if (request.packages.length === 0 && request.requirements.length === 0) return request.base.reference;
  const tag = `slipway/deps:${request.lockHash.slice(0, 40)}`;
  if ((await imageId(docker, tag)) !== null) return tag;
  const { Config } = await orBuildFailure(() => docker.getImage(request.base.reference).inspect());
  const names = request.requirements.map((_, index) => `requirements/${index}.txt`);
  await runBuild({
    docker,
    dockerfile: dependencyDockerfile({
      base: request.base.reference,
      user: Config.User || 'odoo',
      packages: request.packages,
      requirements: names,
    }),
    parts: request.requirements.map((path, index) => ({
      from: `${request.checkout}/${path}`,
      to: names[index] ?? path,
    })),
    tag,
    labels: { 'slipway.instance': settings.instance, 'slipway.lock': request.lockHash },
    log,
    signal,
  });
  return tag;
};

interface BuildRun {
  readonly docker: Docker;
  readonly dockerfile: string;
  readonly parts: readonly ContextPart[];
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly log: LogSink;
  readonly signal: AbortSignal;
}

interface BuildEvent {
  readonly stream?: string;
  readonly error?: string;
}

interface Watched {
  readonly tail: string[];
  /** Ids of the layers made, as the builder names them. */
  readonly steps: string[];
  error?: string;
}

/** The tag appears only when the whole build succeeded, so a killed build leaves nothing that is taken for an image. */
const runBuild = async (run: BuildRun): Promise<void> => {
  const watched: Watched = { tail: [], steps: [] };
  try {
    await followBuild(run, watched);
  } catch (failed) {
    await removeUnfinished(run.docker, watched.steps);
    // A build that was told to stop is nobody's fault, whatever its last words were.
    run.signal.throwIfAborted();
    if (watched.error === undefined) throw buildFailure(failed);
    throw buildFailure({ message: watched.error, lastLines: watched.tail.slice(-10) });
  }
};

const followBuild = async (run: BuildRun, watched: Watched): Promise<void> => {
  // Nobody looks at a build: people's Odoos (512) come first when there is too little processor.
  const options = { t: run.tag, labels: run.labels, rm: true, forcerm: true, cpushares: 128 };
  const files = (): Pack => packFiles(run.parts, { Dockerfile: run.dockerfile });
  const stream = await sendFiles(files, run.signal, (tar, abortSignal) =>
    run.docker.buildImage(tar, { ...options, abortSignal }),
  );
  await new Promise<void>((resolve, reject) => {
    run.docker.modem.followProgress(
      stream,
      (failed) => (failed ? reject(failed) : resolve()),
      (event: BuildEvent) => {
        if (event.error !== undefined) watched.error ??= event.error;
        for (const line of (event.stream ?? event.error ?? '').split('\n').filter((text) => text.trim() !== '')) {
          watched.tail.push(line);
          const step = /^ ---> ([0-9a-f]{12,64})$/.exec(line)?.[1];
          if (step !== undefined) watched.steps.push(step);
          run.log('build', line);
        }
      },
    );
  });
  if (watched.error !== undefined) throw new Error(watched.error);
};

/** The layers of a build that failed have no name, so nothing would ever find them again. What has a name is somebody's and stays. */
const removeUnfinished = async (docker: Docker, steps: readonly string[]): Promise<void> => {
  const last = steps.at(-1);
  if (last === undefined) return;
  const image = docker.getImage(last);
  const info = await image.inspect().catch(() => null);
  if (info !== null && info.RepoTags.length === 0) await image.remove().catch(() => undefined);
};
