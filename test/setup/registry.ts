import { execFile, spawn } from 'node:child_process';
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './postgres.ts';

const run = promisify(execFile);
const PACKAGE = 'docker-registry';

export interface Registry {
  /** `127.0.0.1:5000`: in front of an image's name. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A real registry on 127.0.0.1: Debian's docker-registry, unpacked into a folder of its own, because a package that is installed starts a service. */
export const startRegistry = async (): Promise<Registry> => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-registry-'));
  const address = `127.0.0.1:${await freePort()}`;
  const program = await registryIn(folder);
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${join(folder, 'images')}\nhttp:\n  addr: ${address}\n`,
  );
  const child = spawn(program, ['serve', config], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 100; tries++) {
    if (await answers(address)) return { address, stop };
    await sleep(100);
  }
  await stop();
  throw new Error('The registry did not start');
};

const registryIn = async (folder: string): Promise<string> => {
  const installed = '/usr/bin/docker-registry';
  if (
    await access(installed).then(
      () => true,
      () => false,
    )
  )
    return installed;
  try {
    await run('apt-get', ['download', PACKAGE], { cwd: folder });
    const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
    await run('dpkg-deb', ['-x', archive ?? '', 'package'], { cwd: folder });
  } catch (error) {
    throw new Error(`These tests need Debian's ${PACKAGE}: apt-get download ${PACKAGE}`, { cause: error });
  }
  return join(folder, 'package', installed);
};

const answers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host = '', port = ''] = address.split(':');
    const socket = connect(Number(port), host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
