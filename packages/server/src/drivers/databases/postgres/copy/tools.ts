/** pg_dump, from this machine when it is new enough, else from an image. Its major version has to be the server's or newer. */
import { access } from 'node:fs/promises';
import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import { askDocker, askDockerOr, dockerAt } from '../../../shared/docker-engine.ts';
import { CommandError, runCommand } from '../../../shared/run-command.ts';
import { forPrograms } from './client.ts';
import { DUMPED, type Dump, dumpBody } from './requests.ts';

export interface ToolSettings {
  /** Docker's socket; null: programs of this machine only. */
  readonly docker: string | null;
  /** An image with PostgreSQL's programs of that major version or newer. */
  readonly image: (major: number) => string;
  /** Where Debian puts them: `<folder>/<major>/bin`. */
  readonly folder: string;
}

export const DEFAULT_TOOLS: ToolSettings = {
  docker: '/var/run/docker.sock',
  image: (major) => `slipway/postgres:${Math.max(major, 17)}`,
  folder: '/usr/lib/postgresql',
};

const NEWEST_KNOWN = 25;
const MAX_BYTES = 256 * 1024 * 1024;

/** What pg_dump prints. Failures: tools-missing, database-refused, docker-unreachable. */
export const dump = async (tools: ToolSettings, wanted: Dump): Promise<string> => {
  const program = await localProgram(tools.folder, wanted.major);
  if (program !== null) return dumpHere(program, wanted);
  if (tools.docker === null) throw missing(wanted.major, `there is none in ${tools.folder}`);
  return dumpInContainer(dockerAt(tools.docker), tools.image(wanted.major), wanted);
};

const missing = (major: number, reason: string): Failure => new Failure('tools-missing', { major, reason });

const localProgram = async (folder: string, major: number): Promise<string | null> => {
  for (let version = major; version <= NEWEST_KNOWN; version++) {
    const program = `${folder}/${version}/bin/pg_dump`;
    if (
      await access(program).then(
        () => true,
        () => false,
      )
    )
      return program;
  }
  return null;
};

const dumpHere = async (program: string, { from, parameters, signal }: Dump): Promise<string> => {
  const { address, password } = forPrograms(from);
  const env = { ...(password === '' ? {} : { PGPASSWORD: password }), PGOPTIONS: '' };
  try {
    const { exitCode, stdout, stderr } = await runCommand(program, [...parameters, '--dbname', address], {
      env,
      signal,
      maxBytes: MAX_BYTES,
    });
    if (exitCode !== 0) throw new Failure('database-refused', { reason: lastLines(stderr) });
    return stdout;
  } catch (error) {
    throw error instanceof CommandError && error.reason === 'aborted' ? signal.reason : error;
  }
};

/** On the host's own network: what this process reaches, it reaches. */
const dumpInContainer = async (docker: Docker, image: string, wanted: Dump): Promise<string> => {
  if ((await askDockerOr(null, () => docker.getImage(image).inspect())) === null)
    throw missing(wanted.major, `image ${image} is not on this machine`);
  const container = await askDocker(() => docker.createContainer(dumpBody(image, wanted)));
  const stop = (): void => void container.kill().catch(() => undefined);
  wanted.signal.addEventListener('abort', stop, { once: true });
  try {
    const stream = await askDocker(() => container.attach({ stream: true, stdout: true, stderr: true }));
    const output = collect(docker, stream);
    await askDocker(() => container.start());
    const { StatusCode } = (await askDocker(() => container.wait())) as { StatusCode: number };
    wanted.signal.throwIfAborted();
    const { text, errors } = await output;
    if (StatusCode !== 0) throw new Failure('database-refused', { reason: lastLines(errors) });
    if (!text.includes(DUMPED))
      throw new Failure('docker-unreachable', { reason: 'the output of pg_dump was cut off' });
    return text;
  } finally {
    wanted.signal.removeEventListener('abort', stop);
    await askDockerOr(undefined, () => container.remove({ force: true, v: true }));
  }
};

const collect = (docker: Docker, stream: NodeJS.ReadWriteStream): Promise<{ text: string; errors: string }> => {
  const parts: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
  const into = (list: Buffer[]): NodeJS.WritableStream =>
    ({ write: (chunk: Buffer) => list.push(Buffer.from(chunk)) > 0 }) as unknown as NodeJS.WritableStream;
  docker.modem.demuxStream(stream, into(parts.out), into(parts.err));
  const text = (list: Buffer[]): string => Buffer.concat(list).toString('utf8');
  return new Promise((resolve) => {
    const done = (): void => resolve({ text: text(parts.out), errors: text(parts.err) });
    stream.once('end', done).once('close', done).once('error', done);
  });
};

const lastLines = (text: string): string =>
  text.trim().split('\n').slice(-3).join(' ') || 'pg_dump failed without a word';
