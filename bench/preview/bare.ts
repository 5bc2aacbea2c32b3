/** The least that has to happen, without Slipway: copy the database, start the container, wait for Odoo. Straight to Docker and PostgreSQL. */
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import pg from 'pg';

const ROLE = 'bench_bare';
const POLL_MILLISECONDS = 20;
const LIMIT_MILLISECONDS = 120_000;

const statusOf = (host: string, path: string): Promise<number> =>
  new Promise((resolve) => {
    const asked = get({ host, port: 8069, path, agent: false, timeout: 30_000 }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(0));
  });

export interface BareFacts {
  readonly data: string;
  readonly instance: string;
  /** A preview's container that runs now: image, limits, mounts and network are taken from it. */
  readonly like: string;
}

export class Bare {
  readonly #docker = new Docker();
  readonly #facts: BareFacts;
  readonly #admin: pg.Client;
  readonly #template: string;
  readonly #like: Docker.ContainerInspectInfo;

  private constructor(facts: BareFacts, admin: pg.Client, template: string, like: Docker.ContainerInspectInfo) {
    this.#facts = facts;
    this.#admin = admin;
    this.#template = template;
    this.#like = like;
  }

  static async open(facts: BareFacts): Promise<Bare> {
    const docker = new Docker();
    const database = await docker.getContainer(`slipway-${facts.instance}-postgres`).inspect();
    const port = database.HostConfig.PortBindings?.['5432/tcp']?.[0]?.HostPort;
    const password = readFileSync(join(facts.data, 'postgres/password'), 'utf8').trim();
    const admin = new pg.Client(`postgresql://postgres:${password}@127.0.0.1:${port}/postgres`);
    // When something else failed the server is taken away under it, and the first failure is the one to be read.
    admin.on('error', () => undefined);
    await admin.connect();
    const { rows } = await admin.query('select datname from pg_database where starts_with(datname, $1)', [
      `slipway_${facts.instance}_tpl_`,
    ]);
    await admin.query(`create role ${ROLE} login password '${ROLE}'`);
    await admin.query(`grant slipway_${facts.instance}_odoo to ${ROLE}`);
    const like = await docker.getContainer(facts.like).inspect();
    return new Bare(facts, admin, String(rows[0]?.datname), like);
  }

  /** Writes out what was changed: a copy by files begins with that, and would pay for what others did. */
  async writeOut(): Promise<void> {
    await this.#admin.query('checkpoint');
  }

  /** Ready-made copies in the warm pool; their names say nothing of the instance. */
  async pooled(): Promise<number> {
    const { rows } = await this.#admin.query('select 1 from pg_database where starts_with(datname, $1)', [
      'slipway_pool_',
    ]);
    return rows.length;
  }

  /** Milliseconds from `create database` to the first 200 of /web/login; with `update`, after `odoo -u` of those modules. */
  async measure(name: string, image: string, update: readonly string[]): Promise<number> {
    const folder = this.#prepare(name);
    const started = performance.now();
    await this.#admin.query(`create database ${name} template ${this.#template} owner ${ROLE} strategy file_copy`);
    const common = ['--config', '/etc/slipway/odoo.conf', '-d', name];
    if (update.length > 0) await this.#update(folder, image, [...common, '-u', update.join(',')]);
    const container = await this.#create(folder, image, common);
    try {
      await container.start();
      await this.#awaitLogin(container);
      return performance.now() - started;
    } finally {
      await container.remove({ force: true, v: true });
    }
  }

  async #update(folder: string, image: string, command: readonly string[]): Promise<void> {
    const job = await this.#create(folder, image, [...command, '--no-http', '--stop-after-init']);
    await job.start();
    const { StatusCode } = (await job.wait()) as { StatusCode: number };
    if (StatusCode !== 0) throw new Error(`odoo -u ended with ${StatusCode}`);
    await job.remove({ force: true });
  }

  async #awaitLogin(container: Docker.Container): Promise<void> {
    const { NetworkSettings } = await container.inspect();
    const host = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
    const until = Date.now() + LIMIT_MILLISECONDS;
    while ((await statusOf(host, '/web/login')) !== 200) {
      if (Date.now() > until) throw new Error('the bare Odoo does not answer');
      await sleep(POLL_MILLISECONDS);
    }
  }

  /** Configuration and attachments, outside of what is measured: that favours the bare way. */
  #prepare(name: string): string {
    const folder = join(this.#facts.data, 'bench', name);
    const bind = (to: string): string =>
      this.#like.HostConfig.Binds?.find((one) => one.split(':')[1] === to)?.split(':')[0] ?? '';
    mkdirSync(folder, { recursive: true });
    cpSync(bind('/var/lib/odoo'), join(folder, 'data'), { recursive: true, verbatimSymlinks: true });
    const database = String(this.#like.Config.Labels['slipway.database']);
    renameSync(join(folder, 'data/filestore', database), join(folder, 'data/filestore', name));
    const text = readFileSync(join(bind('/etc/slipway'), 'odoo.conf'), 'utf8')
      .replace(/^db_user = .*$/m, `db_user = ${ROLE}`)
      .replace(/^db_password = .*$/m, `db_password = ${ROLE}`)
      .replace(/^db_name = .*$/m, `db_name = ${name}`)
      .replace(/^dbfilter = .*$/m, `dbfilter = ^${name}$`);
    mkdirSync(join(folder, 'etc'));
    writeFileSync(join(folder, 'etc/odoo.conf'), text, { mode: 0o444 });
    chmodSync(join(folder, 'etc'), 0o755);
    giveTree(join(folder, 'data'), statSync(bind('/var/lib/odoo')));
    return folder;
  }

  #create(folder: string, image: string, command: readonly string[]): Promise<Docker.Container> {
    const { HostConfig, Config } = this.#like;
    const others = (HostConfig.Binds ?? []).filter(
      (one) => !['/etc/slipway', '/var/lib/odoo'].includes(one.split(':')[1] ?? ''),
    );
    const own = [`${folder}/etc:/etc/slipway:ro`, `${folder}/data:/var/lib/odoo:rw`];
    return this.#docker.createContainer({
      Image: image,
      Cmd: [...command],
      Env: Config.Env,
      Labels: { 'slipway.instance': this.#facts.instance, 'slipway.environment': '', 'slipway.role': 'bench' },
      HostConfig: { ...HostConfig, Binds: [...own, ...others], RestartPolicy: { Name: 'no' } },
    });
  }

  /** What was made goes with the server and its folder: files that were just deleted make a filesystem slow at creating the next ones. */
  async end(): Promise<void> {
    await this.#admin.end();
  }
}

const giveTree = (path: string, { uid, gid }: { uid: number; gid: number }): void => {
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    const inner = join(path, entry);
    if (!statSync(inner, { throwIfNoEntry: false })) continue;
    chownSync(inner, uid, gid);
  }
  chownSync(path, uid, gid);
};
