import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import type { LogSink } from '../../domain/log.ts';
import { askDocker, askDockerOr } from '../shared/docker-engine.ts';
import { CommandError, type CommandResult, runCommand } from '../shared/run-command.ts';
import { debianMirror } from './mirror.ts';
import { importChanges, ODOO_RECIPES, POSTGRES_RECIPE, pinFile, type Recipe, recipeArguments } from './requests.ts';

export interface MakeImage {
  readonly docker: Docker;
  /** Tag of the image; nothing is done when it exists. */
  readonly name: string;
  readonly log: LogSink;
  readonly signal: AbortSignal;
}

export interface MadeImage {
  readonly name: string;
  /** False: it was there. */
  readonly made: boolean;
}

/** 30 minutes: a slow mirror takes longer than the 3 to 4 minutes that were measured. */
const LIMIT_SECONDS = 1800;

/**
 * Odoo from Debian's archive as a Docker image, where no registry can be reached.
 * Failures: kind-unknown (a series Debian has not), base-image-missing (mmdebstrap missing or failed), disk-full, docker-unreachable.
 */
export const makeOdooImage = (wanted: MakeImage & { readonly series: string }): Promise<MadeImage> => {
  const recipe = ODOO_RECIPES[wanted.series];
  if (recipe === undefined)
    return Promise.reject(
      new Failure('kind-unknown', {
        what: "Odoo series in Debian's archive",
        kind: wanted.series,
        known: Object.keys(ODOO_RECIPES).join(', '),
      }),
    );
  return makeImage(wanted, recipe);
};

/** PostgreSQL 17 from Debian's archive. Same failures. */
export const makePostgresImage = (wanted: MakeImage): Promise<MadeImage> => makeImage(wanted, POSTGRES_RECIPE);

const makeImage = async (wanted: MakeImage, recipe: Recipe): Promise<MadeImage> => {
  const { docker, name, log } = wanted;
  if ((await askDockerOr(null, () => docker.getImage(name).inspect())) !== null) return { name, made: false };
  const mirror = await debianMirror(wanted.signal);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-image-'));
  try {
    const pin = join(folder, 'pin');
    const tar = join(folder, 'root.tar');
    await writeFile(pin, pinFile(recipe));
    log('build', `making ${name} from Debian's archive: ${recipe.include.join(', ')}`);
    await bootstrap(wanted, recipeArguments(recipe, { mirror, pin, tar }));
    log('build', `importing ${name} into Docker`);
    await importTar(wanted, tar, importChanges(recipe, new Date().toISOString()));
    return { name, made: true };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const bootstrap = async ({ name, log, signal }: MakeImage, args: readonly string[]): Promise<void> => {
  const tail: string[] = [];
  const onLine = (line: string): void => {
    if (line.trim() === '') return;
    tail.push(line);
    if (tail.length > 15) tail.shift();
    log('build', line);
  };
  const result = await startBootstrap(name, args, { signal, onLine });
  if (result.exitCode === 0) return;
  const reason = tail.join('\n');
  if (/no space left on device/i.test(reason)) throw new Failure('disk-full', { reason });
  throw new Failure('base-image-missing', {
    image: name,
    reason: `mmdebstrap ended with ${result.exitCode}:\n${reason}`,
  });
};

const startBootstrap = async (
  name: string,
  args: readonly string[],
  options: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
): Promise<CommandResult> => {
  try {
    return await runCommand('mmdebstrap', args, { ...options, timeoutSeconds: LIMIT_SECONDS });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.reason === 'aborted') throw new Failure('run-cancelled', { reason: `making ${name} was stopped` }, error);
    const reason =
      error.reason === 'cannot-start'
        ? 'mmdebstrap, which makes it, is missing (`apt-get install mmdebstrap`)'
        : `mmdebstrap took longer than ${LIMIT_SECONDS / 60} minutes`;
    throw new Failure('base-image-missing', { image: name, reason }, error);
  }
};

const importTar = async (
  { docker, name, signal }: MakeImage,
  tar: string,
  changes: readonly string[],
): Promise<void> => {
  const colon = name.lastIndexOf(':');
  const options = {
    repo: name.slice(0, colon),
    tag: name.slice(colon + 1),
    changes: [...changes],
    abortSignal: signal,
  };
  const stream = await askDocker(() => docker.importImage(createReadStream(tar) as unknown as string, options));
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream as NodeJS.ReadableStream, (error) => (error ? reject(error) : resolve()));
  }).catch((error: unknown) => askDocker(() => Promise.reject(error)));
};
