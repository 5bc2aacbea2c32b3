import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { Secret } from '../../../domain/secret.ts';
import { HOST_RULES } from './managed-requests.ts';

export interface ManagedFolders {
  readonly root: string;
  readonly data: string;
  /** Mounted into Odoo's containers, too. */
  readonly socket: string;
  readonly config: string;
  readonly password: string;
  readonly port: string;
}

export const managedFolders = (root: string): ManagedFolders => {
  return {
    root,
    data: join(root, 'data'),
    socket: join(root, 'socket'),
    config: join(root, 'config'),
    password: join(root, 'password'),
    port: join(root, 'port'),
  };
};

export const ensureFolders = async (folders: ManagedFolders): Promise<void> => {
  await mkdir(folders.root, { recursive: true, mode: 0o711 });
  for (const folder of [folders.data, folders.socket, folders.config]) await mkdir(folder, { recursive: true });
  await chmod(folders.config, 0o755);
  await keepRules(join(folders.config, 'pg_hba.conf'));
};

/** Not written when it is right: writing empties a file first, and on a full disk it would stay empty and let nobody in. */
const keepRules = async (file: string): Promise<void> => {
  if ((await readFile(file, 'utf8').catch(() => '')) === HOST_RULES) return;
  await writeFile(file, HOST_RULES, { mode: 0o644 });
};

/** The secret in the file, made at first use. Readable by nobody else. */
export const keepSecret = async (file: string, make: () => string): Promise<Secret> =>
  new Secret(await keep(file, make));

/** The number in the file, made at first use or `again`. */
export const keepNumber = async (
  file: string,
  make: () => Promise<number>,
  options: { readonly again?: boolean } = {},
): Promise<number> => {
  if (options.again) await rm(file, { force: true });
  return Number(await keep(file, async () => String(await make())));
};

const keep = async (file: string, make: () => string | Promise<string>): Promise<string> => {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const text = await make();
  await mkdir(dirname(file), { recursive: true });
  // Written beside and renamed: a crash leaves no half password.
  await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return text;
};

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
