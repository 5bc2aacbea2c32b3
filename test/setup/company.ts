import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { socketUrl } from '../../packages/server/src/drivers/databases/postgres/sockets.ts';
import { inDatabase, onServer } from './database.ts';

const run = promisify(execFile);
const ODOO = 'slipway/odoo:19.0';
const POSTGRES = 'slipway/postgres:17';
const BINARIES = '/usr/lib/postgresql/17/bin';
const DATA = '/var/lib/postgresql/company';
/** Where the server puts its socket for this host. */
const SHARED = '/run/shared';
const FILES = '/var/lib/postgresql/files';

/** What a trading company with a web shop, staff, a till and a warehouse installs: 246 modules with what they pull in. */
const MODULES = [
  'sale_management,crm,account,hr_expense,purchase,project,hr,hr_holidays,hr_recruitment,hr_attendance,hr_skills',
  'hr_timesheet,hr_fleet,hr_maintenance,website,website_sale,website_event,website_blog,website_forum,website_slides',
  'website_hr_recruitment,website_crm,website_mass_mailing,website_livechat,mass_mailing,mass_mailing_sms,point_of_sale',
  'pos_restaurant,pos_hr,stock,stock_account,stock_delivery,mrp,event_sale,survey,fleet,maintenance,repair,im_livechat',
  'calendar,contacts,project_todo,sms,snailmail,snailmail_account,payment_stripe,payment_paypal,auth_totp,auth_oauth',
  'auth_passkey,auth_signup,google_calendar,google_gmail,microsoft_outlook,microsoft_calendar,sms_twilio,base_automation',
  'delivery,loyalty,sale_loyalty,lunch,digest,partner_autocomplete,crm_iap_enrich,account_debit_note,account_edi_ubl_cii',
  'purchase_stock,sale_stock,sale_project,sale_timesheet,base_geolocalize,phone_validation,marketing_card',
  'website_payment,cloud_storage,data_recycle,iap',
].join(',');

export interface CompanyCopy {
  readonly database: string;
  /** As the server's superuser. */
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** A PostgreSQL 17 with a real Odoo 19 database of 246 modules, freshly installed, without demonstration data. */
export interface Company {
  /** Superuser's address of the database `company`; never write to it, take a copy. */
  readonly url: string;
  /** Docker network of the server; Odoo containers join it and find it under `host`, port 5432, role `odoo`, no password. */
  readonly network: string;
  readonly host: string;
  /** Name of the server's container, which has PostgreSQL's programs in `binaries`. */
  readonly container: string;
  readonly binaries: string;
  readonly odooImage: string;
  /** Puts the filestore of `company` into a folder of this host, as `<folder>/<database>`. */
  filestore(folder: string): Promise<void>;
  copy(name: string): Promise<CompanyCopy>;
  /** Runs Odoo to its end against a database of this server; answers its log. Rejects when it ends with another code than 0. */
  odoo(database: string, parameters: readonly string[], input?: string): Promise<string>;
  stop(): Promise<void>;
}

const docker = async (...words: readonly string[]): Promise<string> =>
  (await run('docker', [...words], { maxBuffer: 256 * 2 ** 20 })).stdout.trim();

/**
 * Four minutes the first time on a machine, a few seconds from then on: what was installed is kept as an image. `socket`: a folder of this host
 * that anybody may write to; the address goes over the server's socket in it.
 */
export const company = async (socket?: string): Promise<Company> => {
  const image = await companyImage();
  const name = `slipway-test-company-${process.pid}-${randomBytes(3).toString('hex')}`;
  await removeOrphans();
  await docker('network', 'create', '--label', 'slipway.test=company', name);
  await startServer(name, image, socket);
  const address = await docker('inspect', name, '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}');
  const server =
    socket === undefined
      ? `postgresql://postgres@${address}:5432/postgres`
      : socketUrl(socket, 'postgres', 'postgres').toString();
  await answering(server);
  return {
    url: inDatabase(server, 'company'),
    network: name,
    host: name,
    container: name,
    binaries: BINARIES,
    odooImage: ODOO,
    filestore: async (folder) => void (await docker('cp', `${name}:${FILES}/.`, folder)),
    copy: (database) => copyOf(server, database),
    odoo: (database, parameters, input) => odoo(name, database, parameters, input),
    stop: async () => {
      await docker('rm', '-f', '-v', name);
      await docker('network', 'rm', name);
    },
  };
};

const copyOf = async (server: string, wanted: string): Promise<CompanyCopy> => {
  const database = `${wanted}_${randomBytes(3).toString('hex')}`;
  const quoted = pg.escapeIdentifier(database);
  await onServer(server, (client) => client.query(`create database ${quoted} template company owner odoo`));
  return {
    database,
    url: inDatabase(server, database),
    drop: () => onServer(server, async (client) => void (await client.query(`drop database ${quoted} with (force)`))),
  };
};

const odoo = async (server: string, database: string, parameters: readonly string[], input = ''): Promise<string> => {
  // A verb such as `shell` stands before every option.
  const verb = parameters.slice(0, parameters[0]?.startsWith('-') === false ? 1 : 0);
  const rest = parameters.slice(verb.length);
  const words = ['run', '--rm', '-i', '--network', server, ODOO, ...verb, '--db_host', server];
  const child = run('docker', [...words, '-r', 'odoo', '-d', database, '--max-cron-threads=0', ...rest], {
    maxBuffer: 256 * 2 ** 20,
  });
  child.child.stdin?.end(input);
  const { stdout, stderr } = await child;
  return stdout + stderr;
};

const startServer = (name: string, image: string, socket?: string): Promise<string> =>
  docker(
    ...['run', '-d', '--name', name, '--network', name, '--label', 'slipway.test=company', '--shm-size', '256m'],
    ...['--label', `slipway.test.pid=${process.pid}`, '--entrypoint', `${BINARIES}/postgres`],
    ...(socket === undefined ? [] : ['--volume', `${socket}:${SHARED}`]),
    ...[image, '-D', DATA, '-c', `unix_socket_directories=/tmp${socket === undefined ? '' : `,${SHARED}`}`],
    ...['-c', 'listen_addresses=*', '-c', 'fsync=off', '-c', 'max_wal_size=4GB'],
  );

const answering = async (url: string): Promise<void> => {
  for (let tries = 0; ; tries++) {
    try {
      await onServer(url, (client) => client.query('select 1'));
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await sleep(200);
    }
  }
};

/** What a test run left that was killed. */
const removeOrphans = async (): Promise<void> => {
  const format = '{{.Names}} {{.Label "slipway.test.pid"}}';
  const found = await docker('ps', '-a', '--filter', 'label=slipway.test=company', '--format', format);
  for (const line of found.split('\n').filter((text) => text !== '')) {
    const [name = '', pid = ''] = line.split(' ');
    if (isAlive(Number(pid))) continue;
    await docker('rm', '-f', '-v', name).catch(() => undefined);
    await docker('network', 'rm', name).catch(() => undefined);
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const companyImage = async (): Promise<string> => {
  const bases = await docker('image', 'inspect', ODOO, POSTGRES, '--format', '{{.Id}}');
  const key = createHash('sha256').update(`${bases}\n${MODULES}`).digest('hex').slice(0, 12);
  const image = `slipway/test-company:${key}`;
  while (!(await holds(['image', 'inspect', image]))) await installOnce(image, `slipway-test-company-turn-${key}`);
  return image;
};

const holds = (words: readonly string[]): Promise<boolean> =>
  docker(...words).then(
    () => true,
    () => false,
  );

/** Files that run at the same time want the same image: a container of that name is whose turn it is, and goes with its process. */
const installOnce = async (image: string, turn: string): Promise<void> => {
  const labels = ['--label', 'slipway.test=company', '--label', `slipway.test.pid=${process.pid}`];
  if (await holds(['create', '--name', turn, ...labels, POSTGRES, 'true'])) {
    try {
      await install(image);
    } finally {
      await docker('rm', '-f', turn);
    }
    return;
  }
  await sleep(2000);
  await removeOrphans();
};

/** The cluster lies in the container's own layer, so that it becomes part of the image. */
const install = async (image: string): Promise<void> => {
  const name = `slipway-test-company-install-${process.pid}`;
  const odooName = `${name}-odoo`;
  const script = [
    `${BINARIES}/initdb -D ${DATA} -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync`,
    `echo 'host all all all trust' >> ${DATA}/pg_hba.conf`,
    `mkdir -p ${FILES}`,
    `exec ${BINARIES}/postgres -D ${DATA} -c listen_addresses='*' -c unix_socket_directories=/tmp -c fsync=off`,
  ].join(' && ');
  await docker('network', 'create', name);
  try {
    await docker('run', '-d', '--name', name, '--network', name, '--entrypoint', 'bash', POSTGRES, '-c', script);
    await untilReady(name);
    await docker('exec', name, `${BINARIES}/createuser`, '-h', '127.0.0.1', '-U', 'postgres', '--createdb', 'odoo');
    await docker(
      ...['run', '--name', odooName, '--network', name, ODOO, '--db_host', name, '-r', 'odoo', '-d', 'company'],
      ...['--stop-after-init', '--without-demo=True', '--max-cron-threads=0', '--no-http', '--log-level=warn', '-i'],
      MODULES,
    );
    await keepFiles(odooName, name);
    await docker('stop', '-t', '60', name);
    await docker('commit', name, image);
  } finally {
    await docker('rm', '-f', '-v', name, odooName).catch(() => undefined);
    await docker('network', 'rm', name).catch(() => undefined);
  }
};

const untilReady = async (name: string): Promise<void> => {
  for (let tries = 0; ; tries++) {
    const ready = docker('exec', name, `${BINARIES}/pg_isready`, '-h', '127.0.0.1');
    if (
      await ready.then(
        () => true,
        () => false,
      )
    )
      return;
    if (tries > 100) throw new Error(await docker('logs', name));
    await sleep(300);
  }
};

/** From Odoo's container into the server's, where the filestore becomes part of the same image. */
const keepFiles = async (odooName: string, name: string): Promise<void> => {
  const pass = `docker cp ${odooName}:/var/lib/odoo/.local/share/Odoo/filestore/. - | docker cp - ${name}:${FILES}`;
  await run('bash', ['-o', 'pipefail', '-c', pass]);
};
