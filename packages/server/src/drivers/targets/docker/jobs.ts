import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import type { JobResult, JobSpec } from '../../../ports/workload.ts';
import type { DockerClient } from './client.ts';
import { orDockerFailure, unlessStatus } from './failures.ts';
import { logLines } from './lines.ts';
import { ensureNetwork, removeNetworks } from './networks.ts';
import { containerBody, databaseName, jobContainer, jobRole } from './requests.ts';

/** Runs a one-off Odoo to its end and removes it, whatever happens. A left-over of the same name is from a crashed attempt. */
export const runJob = async (
  client: DockerClient,
  job: JobSpec,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<JobResult> => {
  const name = jobContainer(client.settings.instance, job);
  await client.removeContainer(name);
  const limit = AbortSignal.timeout(job.timeoutSeconds * 1000);
  const either = AbortSignal.any([signal, limit]);
  try {
    const container = await create(client, name, job);
    const result = await follow(client, container, job, onLine, either);
    if (signal.aborted) throw signal.reason;
    if (limit.aborted) throw new Failure('step-timeout', { step: job.name, seconds: job.timeoutSeconds });
    return result;
  } finally {
    await client.removeContainer(name);
    await client.removeConfig(name);
    await removeNetworks(client, job.environment);
  }
};

const create = async (client: DockerClient, name: string, job: JobSpec): Promise<Docker.Container> => {
  const { database } = client.settings;
  // With a database socket a job needs no network at all: its own loopback is there all the same.
  const isolated = database.socketFolder !== null && job.connected !== true;
  const network = isolated ? null : await ensureNetwork(client, { environment: job.environment, outside: job.outside });
  await client.giveMounts(job);
  const configFolder = await client.writeConfig(name, job, network);
  const body = containerBody(job, {
    instance: client.settings.instance,
    environment: job.environment,
    role: jobRole(job),
    network,
    databaseName: databaseName(database),
    configFolder,
    spec: '',
    restart: false,
    stdin: job.input !== null,
  });
  return orDockerFailure(() => client.docker.createContainer({ ...body, name }));
};

const follow = async (
  client: DockerClient,
  container: Docker.Container,
  job: JobSpec,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<JobResult> => {
  const hijack = job.input !== null;
  const stream = await orDockerFailure(() =>
    container.attach({ stream: true, stdout: true, stderr: true, stdin: hijack, hijack }),
  );
  const kill = (): void => void unlessStatus(() => container.kill(), 404, 409).catch(() => undefined);
  signal.addEventListener('abort', kill, { once: true });
  try {
    await orDockerFailure(() => container.start());
    if (signal.aborted) kill();
    if (job.input !== null) stream.end(job.input);
    for await (const line of logLines(client.docker, stream)) onLine(line);
    const { StatusCode } = (await orDockerFailure(() => container.wait())) as { StatusCode: number };
    const info = await orDockerFailure(() => container.inspect());
    return { exitCode: StatusCode, outOfMemory: info.State.OOMKilled };
  } finally {
    signal.removeEventListener('abort', kill);
  }
};
