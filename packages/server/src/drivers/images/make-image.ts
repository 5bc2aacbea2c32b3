import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { asDockerFailure, askDocker, askDockerOr, dockerAt, dockerReason } from '../shared/docker-engine.ts';
import { CommandError, runCommand } from '../shared/run-command.ts';
import { bootstrapArguments, chooseMirror, preferences, type Recipe } from './recipes.ts';

const LIMIT_SECONDS = 1800;

export interface MakeImage {
  readonly socket: string;
  readonly recipe: Recipe;
  readonly log: (line: string) => void;
}

export const imagePresent = async (socket: string, reference: string): Promise<boolean> =>
  (await askDockerOr(null, () => dockerAt(socket).getImage(reference).inspect())) !== null;

/** Makes the image if it is not there. Nothing half-made is left: the name is given only by the import of a whole root. */
export const makeImage = async ({ socket, recipe, log }: MakeImage): Promise<'made' | 'present'> => {
  if (await imagePresent(socket, recipe.reference)) return 'present';
  const folder = await mkdtemp(join(tmpdir(), 'slipway-image-'));
  try {
    const tar = join(folder, 'root.tar');
    await bootstrap(recipe, folder, tar, log);
    await importRoot(socket, recipe, tar);
    return 'made';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const missing = (recipe: Recipe, reason: string, cause?: unknown): Failure =>
  new Failure('base-image-missing', { image: recipe.reference, reason }, cause);

const bootstrap = async (recipe: Recipe, folder: string, tar: string, log: (line: string) => void): Promise<void> => {
  const hook = recipe.extra === null ? null : join(folder, 'slipway-pin');
  if (hook !== null && recipe.extra !== null) await writeFile(hook, preferences(recipe.extra.suite), { mode: 0o644 });
  const call = bootstrapArguments(recipe, { tar, mirror: await hostMirror(recipe), hook });
  const options = { timeoutSeconds: LIMIT_SECONDS, onLine: log };
  const { exitCode, stderr } = await runCommand('mmdebstrap', call, options).catch((error: unknown) => {
    const absent = error instanceof CommandError && error.reason === 'cannot-start';
    const why = absent ? 'mmdebstrap, which makes it, is not installed (apt-get install mmdebstrap)' : String(error);
    throw missing(recipe, why, error);
  });
  if (/no space left on device/i.test(stderr)) throw new Failure('disk-full', { reason: lastLines(stderr) });
  if (exitCode !== 0) throw missing(recipe, `mmdebstrap ended with ${exitCode}: ${lastLines(stderr)}`);
};

const lastLines = (text: string): string => text.trim().split('\n').slice(-3).join(' ');

/** The mirror that this host's apt uses: what is reachable here is known best by it. */
const hostMirror = async (recipe: Recipe): Promise<string> => {
  const format = '$(ORIGIN)|$(LABEL)|$(CODENAME)|$(REPO_URI)';
  const { stdout } = await runCommand('apt-get', ['indextargets', '--format', format]).catch((error: unknown) => {
    throw missing(recipe, 'it is made by apt, which this machine does not have', error);
  });
  const mirror = chooseMirror(stdout.split('\n'));
  if (mirror === null) throw missing(recipe, "no Debian mirror is configured in this machine's apt");
  return mirror;
};

/** A full disk is told as what it is; anything else means that there is no image. */
const importFailure = (recipe: Recipe, error: Error): unknown => {
  const known = asDockerFailure(error);
  return known instanceof Failure ? known : missing(recipe, dockerReason(error), error);
};

const importRoot = async (socket: string, recipe: Recipe, tar: string): Promise<void> => {
  const docker = dockerAt(socket);
  const [repo, tag] = recipe.reference.split(':');
  const changes = [
    `USER ${recipe.user}`,
    ...(recipe.entrypoint.length === 0 ? [] : [`ENTRYPOINT ${JSON.stringify(recipe.entrypoint)}`]),
    'LABEL org.opencontainers.image.vendor=Debian',
    `LABEL org.opencontainers.image.description="${recipe.packages[0]} on ${recipe.suite}, made by slipway image build"`,
  ];
  // The types know neither the promise nor the stream.
  const send = docker.importImage.bind(docker) as unknown as (
    file: NodeJS.ReadableStream,
    options: object,
  ) => Promise<NodeJS.ReadableStream>;
  const stream = await askDocker(() => send(createReadStream(tar), { repo, tag, changes }));
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error) => (error ? reject(importFailure(recipe, error)) : resolve())),
  );
  if (!(await imagePresent(socket, recipe.reference))) throw missing(recipe, 'Docker did not keep the imported root');
};
