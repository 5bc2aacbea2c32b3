import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from './postgres.ts';

const run = promisify(execFile);
const PYTHON = '/usr/bin/python3';

export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly bucket: string;
  readonly stop: () => Promise<void>;
}

/** A real S3: OpenStack Swift from Debian, in one process of ours on 127.0.0.1 that ends with us. Three seconds. */
export const startS3 = async (): Promise<S3Server> => {
  await ensureSwift();
  const folder = await mkdtemp(join(tmpdir(), 'slipway-s3-'));
  const [port, accessKey, secretKey] = [await freePort(), 'test:tester', 'correct-horse'];
  const script = join(import.meta.dirname, 's3-server.py');
  const child = spawn(PYTHON, [script, folder, String(port), accessKey, secretKey], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const words: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', () => resolve());
    child.once('exit', () => reject(new Error(`The S3 server did not start: ${words.join('')}`)));
  });
  await ready.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', accessKey, secretKey, bucket: 'slipway', stop };
};

/** Debian's package; brought when it is missing, as scripts/setup.sh does with what Slipway itself needs. */
const ensureSwift = async (): Promise<void> => {
  const isThere = (): Promise<boolean> =>
    run(PYTHON, ['-c', 'import swift.proxy.server']).then(
      () => true,
      () => false,
    );
  if (await isThere()) return;
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'python3-swift'];
  const [program, ...words] = process.getuid?.() === 0 ? install : ['sudo', '-n', ...install];
  await run(program as string, words, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).catch(
    (error: unknown) => {
      throw new Error('These tests need OpenStack Swift: apt-get install python3-swift', { cause: error });
    },
  );
};
