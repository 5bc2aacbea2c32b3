import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import { asDockerFailure, askDocker, askDockerOr, dockerReason } from '../shared/docker-engine.ts';

/** The image that `slipway image build` makes for a series. */
export const madeImageName = (series: string): string => `slipway/odoo:${series}`;
export const registryImageName = (series: string): string => `odoo:${series}`;

/**
 * Which base image is used: the one configured (pulled if it is not here), else the registry's if it is here, else the one
 * made from Debian's archive, else the registry's after a pull.
 * Failures: base-image-missing, docker-unreachable (retry), disk-full.
 */
export const pickBaseImage = async (wanted: {
  readonly docker: Docker;
  readonly configured: string | null;
  readonly series: string;
  readonly signal: AbortSignal;
}): Promise<string> => {
  const { docker, configured, series, signal } = wanted;
  const here = configured === null ? [registryImageName(series), madeImageName(series)] : [configured];
  for (const name of here) if (await isHere(docker, name)) return name;
  const name = configured ?? registryImageName(series);
  await pullImage(docker, name, signal);
  return name;
};

const isHere = async (docker: Docker, name: string): Promise<boolean> =>
  (await askDockerOr(null, () => docker.getImage(name).inspect())) !== null;

/** Failures: base-image-missing with the registry's own words, docker-unreachable, disk-full. */
export const pullImage = async (docker: Docker, name: string, signal: AbortSignal): Promise<void> => {
  try {
    const stream: NodeJS.ReadableStream = await askDocker(() => docker.pull(name, { abortSignal: signal }));
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    if (signal.aborted) throw new Failure('run-cancelled', { reason: `the pull of ${name} was stopped` }, error);
    const failure = asDockerFailure(error);
    if (failure instanceof Failure) throw failure;
    throw new Failure('base-image-missing', { image: name, reason: dockerReason(error) }, error);
  }
};
