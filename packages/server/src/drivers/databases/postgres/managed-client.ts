import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { askDocker, askDockerOr } from '../../shared/docker-engine.ts';

export interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

/** A container that runs to its end and is gone then. */
export const runOnce = async (docker: Docker, body: Docker.ContainerCreateOptions): Promise<Ran> => {
  const container = await askDocker(() => docker.createContainer(body));
  try {
    const stream = await askDocker(() => container.attach({ stream: true, stdout: true, stderr: true }));
    const output = collect(docker, stream);
    await askDocker(() => container.start());
    const { StatusCode } = (await askDocker(() => container.wait())) as { StatusCode: number };
    return { exitCode: StatusCode, output: await output };
  } finally {
    await askDockerOr(undefined, () => container.remove({ force: true, v: true }));
  }
};

/** A command in a running container; a container that does not run (yet) is an exit code, too. */
export const execute = async (docker: Docker, name: string, command: readonly string[]): Promise<Ran> => {
  const info = await askDockerOr(null, () => docker.getContainer(name).inspect());
  if (info === null || !info.State.Running)
    return { exitCode: -1, output: `container ${name} is not running: ${await lastLog(docker, name)}` };
  const exec = await askDocker(() =>
    docker.getContainer(name).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, User: 'postgres' }),
  );
  const stream = await askDocker(() => exec.start({}));
  const output = await collect(docker, stream);
  const { ExitCode } = await askDocker(() => exec.inspect());
  return { exitCode: ExitCode ?? -1, output };
};

export const removeContainer = async (docker: Docker, name: string): Promise<void> => {
  await askDockerOr(undefined, () => docker.getContainer(name).remove({ force: true, v: true }));
};

export const lastLog = async (docker: Docker, name: string): Promise<string> => {
  const log = await askDockerOr(null, () =>
    docker.getContainer(name).logs({ stdout: true, stderr: true, tail: 3, follow: false }),
  );
  return log === null
    ? 'it is gone'
    : (log as Buffer)
        .toString('latin1')
        .replace(/[^\x20-\x7e]+/g, ' ')
        .trim();
};

const collect = async (docker: Docker, stream: NodeJS.ReadWriteStream): Promise<string> => {
  const merged = new PassThrough();
  docker.modem.demuxStream(stream, merged, merged);
  stream.once('end', () => merged.end()).once('close', () => merged.end());
  const chunks: Buffer[] = [];
  for await (const chunk of merged) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};
