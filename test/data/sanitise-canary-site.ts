import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, systemClock } from '../../packages/server/src/domain/clock.ts';
import type { ReviewedColumn } from '../../packages/server/src/domain/masking.ts';
import { landingOwner } from '../../packages/server/src/domain/names.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openFolderStore } from '../../packages/server/src/drivers/blobs/folder/index.ts';
import { openDockerBuilder } from '../../packages/server/src/drivers/builders/docker/index.ts';
import { openCopier } from '../../packages/server/src/drivers/databases/postgres/copy/index.ts';
import { openPostgres } from '../../packages/server/src/drivers/databases/postgres/index.ts';
import { openFilestores } from '../../packages/server/src/drivers/filestores/index.ts';
import type { Outcome } from '../../packages/server/src/engine/interpret.ts';
import type { DatabaseAddress } from '../../packages/server/src/ports/database-copy.ts';
import type { SourceRepository } from '../../packages/server/src/ports/source-repository.ts';
import { openRepository, type Repository } from '../../packages/server/src/snapshot/repository.ts';
import { addFilestore } from '../../packages/server/src/steps/add-filestore.ts';
import { cloneDatabase } from '../../packages/server/src/steps/clone-database.ts';
import { ensureCopy } from '../../packages/server/src/steps/ensure-copy.ts';
import { ensureRole } from '../../packages/server/src/steps/ensure-role.ts';
import { neutraliseDatabase } from '../../packages/server/src/steps/neutralise-database.ts';
import { pruneFilestore } from '../../packages/server/src/steps/prune-filestore.ts';
import { removeFilestore } from '../../packages/server/src/steps/remove-filestore.ts';
import { restoreSnapshot } from '../../packages/server/src/steps/restore-snapshot.ts';
import type { StepContext, StepKind, StepPorts } from '../../packages/server/src/steps/step.ts';
import { validateDatabase } from '../../packages/server/src/steps/validate-database.ts';
import { writeSnapshot } from '../../packages/server/src/steps/write-snapshot.ts';
import { type Company, type CompanyCopy, company } from '../setup/company.ts';
import { inDatabase, onServer } from '../setup/database.ts';
import { dockerWorld } from '../setup/docker-world.ts';
import { type Canaries, plantCanaries } from '../setup/plant-canaries.ts';

type Kind = 'raw' | 'sanitised';
const STORE_KEY = new Secret('the key of the store of the canary test');
const PROJECT = 'shop';

/**
 * A production of 246 modules full of canaries on one server, and a staging on another, by the steps that a refresh takes; no
 * Odoo starts, because a registry of tokens is none. What the control plane would put into its own tables is kept in memory.
 */
export class CanarySite {
  readonly #company: Company;
  readonly #production: CompanyCopy;
  readonly #folder: string;
  readonly #postgres: ReturnType<typeof openPostgres>;
  readonly #context: StepContext;
  readonly canaries: Canaries;
  readonly copier = openCopier();
  /** What the runs said and kept as evidence. */
  readonly said: string[] = [];
  readonly evidence = new Map<string, string>();

  private constructor(made: { server: Company; production: CompanyCopy; folder: string; canaries: Canaries }) {
    this.#company = made.server;
    this.#production = made.production;
    this.#folder = made.folder;
    this.canaries = made.canaries;
    const { adminUrl, socketFolder, socketPort } = dockerWorld();
    const access = { host: '127.0.0.1', port: socketPort, socketFolder };
    this.#postgres = openPostgres({ url: new Secret(adminUrl), instance: 'canary', access });
    const { signal } = new AbortController();
    this.#context = {
      ports: this.#ports() as StepPorts,
      signal,
      log: (_, line) => void this.said.push(line),
      keep: async (path, content) => void this.evidence.set(path, content),
      receipt: async () => undefined,
      now: Date.now,
      sleep: systemClock.sleep,
    };
  }

  static async open(): Promise<CanarySite> {
    const server = await company();
    const folder = await mkdtemp(join(tmpdir(), 'slipway-canary-'));
    try {
      await chmod(folder, 0o755);
      const production = await server.copy('canary');
      await server.filestore(folder);
      const canaries = await onServer(production.url, (client) => plantCanaries(client, join(folder, 'company')));
      return new CanarySite({ server, production, folder, canaries });
    } catch (error) {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const database of ['canary_template', ...STAGES]) await this.#postgres.drop(database);
    for (const role of ['canary_template', ...STAGES]) await this.#postgres.dropRole(role);
    await this.#postgres.end();
    await onServer(dockerWorld().adminUrl, (client) => client.query('drop role if exists slipway_canary_odoo'));
    await this.#production.drop();
    await this.#company.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get production(): DatabaseAddress {
    return { url: new Secret(this.#production.url) };
  }
  get productionFiles(): string {
    return join(this.#folder, 'company');
  }
  storeFolder(kind: string): string {
    return join(this.#folder, `store-${kind}`);
  }
  /** `key` null: one that is not encrypted. */
  repository(kind: string, key: Secret | null = STORE_KEY): Repository {
    const store = openFolderStore({ folder: this.storeFolder(kind), newId, now: systemClock.now });
    return openRepository({ store, key, clock: systemClock, newId });
  }

  /** As `slipway snapshot create` and `slipway backup create` do. */
  async snapshot(kind: Kind): Promise<void> {
    await this.#run(writeSnapshot, {
      ...{ project: PROJECT, environment: 'shop/production', snapshot: `snap_${kind}`, kind, reason: 'manual' },
      ...{ series: '19.0', database: 'DATABASE_URL', filestore: this.productionFiles, acceptDrift: false },
      store: { kind: 'folder', path: this.storeFolder(kind) },
      rules: { columns: {}, tables: {}, keepAttachments: [], unknown: 'fail' },
    });
  }

  /** As `slipway staging refresh` does, from its first step to the validation. */
  async refresh(): Promise<void> {
    const owner = 'shop/template-copy';
    const of = ownDatabase('canary_template', owner);
    await this.#run(ensureCopy, {
      ...{ key: 'copy', restore: this.#restoring('sanitised', 'canary_template', owner), of, code: this.#code },
      image: this.#company.odooImage,
    });
    await this.#makeRole('canary_staging', 'shop/staging');
    await this.#run(cloneDatabase, {
      ...{ from: 'canary_template', to: 'canary_staging', role: 'canary_staging', owner: 'shop/staging' },
      pooled: false,
    });
    await this.#addFiles(owner, 'canary_template', 'shop/staging', 'canary_staging');
    await this.#arrive('canary_staging', 'shop/staging');
  }

  /** A backup with real data into staging, as `slipway backup restore --to staging` does. */
  async restoreRaw(): Promise<void> {
    const landing = landingOwner('shop/raw');
    await this.#makeRole('canary_raw', 'shop/raw');
    await this.#run(restoreSnapshot, {
      ...this.#restoring('raw', 'canary_raw', 'shop/raw'),
      filesOwner: landing,
    });
    await this.#addFiles(landing, 'canary_raw', 'shop/raw', 'canary_raw');
    await this.#run(removeFilestore, { owner: landing });
    await this.#arrive('canary_raw', 'shop/raw');
  }

  /** Of the server that staging is on, as its superuser. */
  database(name: (typeof STAGES)[number]): DatabaseAddress {
    return { url: new Secret(inDatabase(dockerWorld().adminUrl, name)) };
  }
  /** Everything that the runs made besides databases: attachments, sessions. */
  get files(): string {
    return join(this.#folder, 'files');
  }
  attachments(owner: 'staging' | 'raw'): string {
    return join(this.files, PROJECT, owner, 'filestore', `canary_${owner}`);
  }

  /** The rule of each column, as the run kept it. */
  columns(): ReadonlyMap<string, ReviewedColumn> {
    const all = JSON.parse(this.evidence.get('data/columns.json') ?? '[]') as readonly ReviewedColumn[];
    return new Map(all.map((one) => [`${one.table}.${one.column}`, one]));
  }

  /** Paths of attachments, sorted. */
  async paths(owner: 'staging' | 'raw'): Promise<readonly string[]> {
    const all = await readdir(this.attachments(owner), { recursive: true });
    return all.filter((path) => /^[0-9a-f]{2}\/./.test(path)).sort();
  }

  async #arrive(database: string, owner: string): Promise<void> {
    const of = ownDatabase(database, owner);
    await this.#run(neutraliseDatabase, { of, occasion: 'arrival', code: this.#code });
    await this.#run(validateDatabase, { of, arrival: true });
    await this.#run(pruneFilestore, { owner, database });
  }

  async #makeRole(role: string, owner: string): Promise<void> {
    await this.#run(ensureRole, { role, owner });
  }

  async #addFiles(from: string, fromDatabase: string, to: string, toDatabase: string): Promise<void> {
    await this.#run(addFilestore, { from, to, fromDatabase, toDatabase });
  }

  #restoring(kind: Kind, database: string, owner: string) {
    return {
      ...{ project: PROJECT, snapshot: `snap_${kind}`, series: '19.0', database, role: database, owner },
      store: { kind: 'folder' as const, path: this.storeFolder(kind) },
      filesOwner: owner,
    };
  }

  get #code() {
    return { project: PROJECT, sha: 'none', roots: [], base: this.#company.odooImage };
  }

  /** Through the step's own schema, as a run reads its plan. */
  async #run<I>(step: StepKind<I>, input: I): Promise<Outcome> {
    const outcome = await step.run(step.input.parse(input), this.#context);
    this.said.push(outcome.note, JSON.stringify(outcome.receipt));
    return outcome;
  }

  #ports(): Partial<StepPorts> {
    const secrets = new Map<string, Secret>();
    const { socket } = dockerWorld();
    const resolveBase = async (reference: string) => reference;
    const checkout = join(this.#folder, 'checkout');
    return {
      databases: this.#postgres,
      sql: this.#postgres,
      addresses: this.#postgres,
      pool: this.#postgres,
      copier: this.copier,
      filestores: openFilestores(this.files),
      builder: openDockerBuilder({ socket, instance: 'canary', resolveBase }),
      stores: {
        giveKey: async () => undefined,
        open: async (_, settings) => ({
          store: openFolderStore({
            folder: settings.kind === 'folder' ? (settings.path ?? '') : '',
            newId,
            now: systemClock.now,
          }),
          key: STORE_KEY,
        }),
      },
      secrets: {
        get: async () => this.production.url,
        keep: async () => undefined,
        ensure: async (owner, name) => {
          const at = `${owner} ${name}`;
          const secret = secrets.get(at) ?? new Secret(randomBytes(24).toString('hex'));
          secrets.set(at, secret);
          return secret;
        },
        replace: async () => undefined,
        forget: async () => undefined,
      },
      snapshots: {
        lastColumns: async () => null,
        save: async (summary) => void this.said.push(JSON.stringify(summary)),
        list: async () => [],
        markRemoved: async () => undefined,
        archivedUntil: async () => null,
      },
      templates: {
        ready: async () => false,
        withLock: (_key, _signal, build) => build(),
        save: async () => undefined,
        touch: async () => undefined,
      },
      repository: async () => {
        await mkdir(checkout, { recursive: true });
        return { checkout: async () => checkout } as Partial<SourceRepository> as SourceRepository;
      },
    };
  }
}

const STAGES = ['canary_staging', 'canary_raw'] as const;

const ownDatabase = (database: string, owner: string) => ({
  ...{ environment: owner, owner, database, role: database, url: 'http://staging.localhost:8080', parameters: {} },
});
