/** The only file of this driver that talks to Docker Engine and to the disk. */
import { chown, lchown, lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import type { OdooProcess } from '../../../ports/workload.ts';
import { dockerAt } from '../../shared/docker-engine.ts';
import { orDockerFailure, unlessStatus } from './failures.ts';
import { CONFIG_FILE, type Network, RESOLV_FILE, resolvConf } from './requests.ts';
import type { DockerSettings } from './settings.ts';

export class DockerClient {
  readonly docker: Docker;
  readonly settings: DockerSettings;
  readonly #users = new Map<string, Promise<{ uid: number; gid: number }>>();

  constructor(settings: DockerSettings) {
    this.settings = settings;
    this.docker = dockerAt(settings.socket);
  }

  inspect(name: string): Promise<Docker.ContainerInspectInfo | undefined> {
    return orDockerFailure(() => unlessStatus(() => this.docker.getContainer(name).inspect(), 404));
  }

  image(reference: string): Promise<Docker.ImageInspectInfo> {
    return orDockerFailure(() => this.docker.getImage(reference).inspect());
  }

  async removeContainer(name: string): Promise<void> {
    const container = this.docker.getContainer(name);
    await orDockerFailure(() => unlessStatus(() => container.remove({ force: true, v: true }), 404));
    // 409: another removal is under way; it is gone only when inspect says so.
    for (let tries = 0; tries < 100 && (await this.inspect(name)) !== undefined; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  configFolder(name: string): string {
    return join(this.settings.dataFolder, 'containers', name);
  }

  /** Data folders belong to whoever the image runs as; with another image that may be another number. */
  async giveMounts(process: OdooProcess): Promise<void> {
    const user = await this.user(process.image);
    for (const mount of process.mounts) if (!mount.readOnly) await giveTree(mount.from, user);
  }

  /** odoo.conf holds the database password: only the container's own user may read it. */
  async writeConfig(name: string, process: OdooProcess, network: Network | null): Promise<string> {
    const { uid, gid } = await this.user(process.image);
    const folder = this.configFolder(name);
    await mkdir(folder, { recursive: true, mode: 0o711 });
    const [config, resolv] = [join(folder, CONFIG_FILE), join(folder, RESOLV_FILE)];
    for (const file of [config, resolv]) await rm(file, { force: true });
    await writeFile(config, process.config.reveal(), { mode: 0o400 });
    await chown(config, uid, gid);
    if (network?.walled === true) await writeFile(resolv, resolvConf(network), { mode: 0o444 });
    return folder;
  }

  async removeConfig(name: string): Promise<void> {
    await rm(this.configFolder(name), { recursive: true, force: true });
  }

  /** Ids of the image's own user; root is refused. Asked of the image once: only its /etc/passwd knows what a name means. */
  user(reference: string): Promise<{ uid: number; gid: number }> {
    const known = this.#users.get(reference);
    if (known !== undefined) return known;
    const asked = this.#askUser(reference);
    this.#users.set(reference, asked);
    asked.catch(() => this.#users.delete(reference));
    return asked;
  }

  async #askUser(reference: string): Promise<{ uid: number; gid: number }> {
    const { Config } = await this.image(reference);
    const user = Config.User ?? '';
    if (user === '' || user === 'root' || user.startsWith('0'))
      throw new Failure('odoo-boot-failed', { reason: `image ${reference} runs as root; give it a USER` });
    const numbers = /^(\d+)(?::(\d+))?$/.exec(user);
    if (numbers !== null) return { uid: Number(numbers[1]), gid: Number(numbers[2] ?? numbers[1]) };
    const answer = await this.output(reference, ['/usr/bin/id', user]);
    const found = /uid=(\d+)\S* gid=(\d+)/.exec(answer);
    if (found === null) throw new Failure('odoo-boot-failed', { reason: `image ${reference} has no user ${user}` });
    return { uid: Number(found[1]), gid: Number(found[2]) };
  }

  /** What a short command in an image prints; no network, nothing mounted, gone afterwards. */
  async output(reference: string, command: readonly string[]): Promise<string> {
    const body: Docker.ContainerCreateOptions = {
      Image: reference,
      Entrypoint: [...command],
      Cmd: [],
      Labels: { 'slipway.instance': this.settings.instance, 'slipway.environment': '', 'slipway.role': 'probe' },
      HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], LogConfig: { Type: 'json-file', Config: {} } },
    };
    const container = await orDockerFailure(() => this.docker.createContainer(body));
    try {
      await orDockerFailure(() => container.start());
      await orDockerFailure(() => container.wait());
      const log = await orDockerFailure(() => container.logs({ stdout: true, stderr: false }));
      return demultiplex(log as Buffer);
    } finally {
      await orDockerFailure(() => unlessStatus(() => container.remove({ force: true, v: true }), 404));
    }
  }
}

const giveTree = async (path: string, user: { readonly uid: number; readonly gid: number }): Promise<void> => {
  const stat = await lstat(path);
  if (stat.uid === user.uid && stat.gid === user.gid) return;
  if (stat.isDirectory()) for (const name of await readdir(path)) await giveTree(join(path, name), user);
  // Last, so that a folder that is right is right all the way down.
  await lchown(path, user.uid, user.gid);
};

/** Docker puts an 8-byte head before each piece of a log without a terminal: stream, three zeros, length. */
export const demultiplex = (log: Buffer): string => {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length; ) {
    const length = log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(pieces).toString('utf8');
};
