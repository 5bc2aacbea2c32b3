import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';
import { odooConfig } from '../../odoo/process.ts';
import type { OdooProcess } from '../../ports/workload.ts';
import type { StepContext } from '../step.ts';

/** What every step that runs Odoo is told; names only, no secret. */
export const odooRun = z.strictObject({
  project: z.string(),
  environment: z.string(),
  /** Whose secrets and filestore: an environment id or `<project>/template-<key>`. */
  owner: z.string(),
  stage: z.string(),
  series: z.string(),
  image: z.string(),
  database: z.string(),
  role: z.string(),
  /** Addons folders inside the image, in order. */
  addonsPath: z.array(z.string()),
  memoryBytes: z.number(),
  cpus: z.number(),
  workers: z.int(),
  variables: z.record(z.string(), z.string()),
  secretNames: z.array(z.string()),
  /** Hosts that it may reach, or `anything`, which is for production only; left out: nothing but its own database and the mail catcher. */
  outside: z.union([z.literal('anything'), z.array(z.string())]).optional(),
});
export type OdooRun = z.infer<typeof odooRun>;

export const HTTP_PORT = 8069;
export const WEBSOCKET_PORT = 8072;
export const DATA_FOLDER = '/var/lib/odoo';
export const SOCKET_FOLDER = '/run/slipway-pg';

/** Turns names into a process: looks up the password, writes odoo.conf, mounts data folder and database socket. */
export const odooProcess = async (
  run: OdooRun,
  command: readonly string[],
  context: StepContext,
): Promise<OdooProcess> => {
  const { ports } = context;
  const access = ports.databases.access;
  const [password, master] = await Promise.all([
    ports.secrets.ensure(run.owner, 'database-password'),
    ports.secrets.ensure(run.owner, 'odoo-master-password'),
  ]);
  const secrets: Record<string, Secret> = {};
  for (const name of run.secretNames) secrets[name] = await ports.secrets.get(run.project, run.stage, name);
  const config = odooConfig({
    series: run.series,
    database: run.database,
    databaseHost: access.socketFolder === null ? access.host : SOCKET_FOLDER,
    databasePort: access.port,
    role: run.role,
    password,
    masterPassword: master,
    addonsPath: run.addonsPath,
    dataFolder: DATA_FOLDER,
    workers: run.workers,
    memoryBytes: run.memoryBytes,
    httpPort: HTTP_PORT,
    websocketPort: WEBSOCKET_PORT,
    silent: run.stage !== 'production',
  });
  const data = await ports.filestores.ensure(run.owner);
  const socket = access.socketFolder === null ? [] : [{ from: access.socketFolder, to: SOCKET_FOLDER, readOnly: true }];
  return {
    image: run.image,
    command,
    variables: run.variables,
    secrets,
    config,
    mounts: [{ from: data, to: DATA_FOLDER, readOnly: false }, ...socket],
    limits: { memoryBytes: run.memoryBytes, cpus: run.cpus },
    ...(run.outside === undefined ? {} : { outside: run.outside }),
    labels: { 'slipway.project': run.project, 'slipway.stage': run.stage, 'slipway.database': run.database },
  };
};
