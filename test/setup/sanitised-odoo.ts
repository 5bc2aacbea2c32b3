import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Placeholder } from '../../packages/server/src/domain/masking.ts';
import type { Company } from './company.ts';

const run = promisify(execFile);

/** A data folder for Odoo with what a restore would write: the placeholders, and the files that are kept. */
export const layOutFiles = async (
  server: Company,
  folder: string,
  database: string,
  placeholders: readonly Placeholder[],
  kept: readonly string[],
): Promise<void> => {
  const store = join(folder, 'filestore', database);
  const all = join(folder, 'all');
  await mkdir(all, { recursive: true });
  await server.filestore(all);
  for (const { path, content } of placeholders) await put(join(store, path), content);
  for (const path of kept) await put(join(store, path), await readFile(join(all, 'company', path)));
  await run('chmod', ['-R', 'a+rwX', folder]);
  await chmod(folder, 0o777);
};

const put = async (path: string, content: Buffer): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
};

/** Odoo with that data folder, to its end; answers its log. */
export const runOdoo = async (
  server: Company,
  folder: string,
  database: string,
  words: readonly string[],
  input: string,
): Promise<string> => {
  const verb = words.slice(0, words[0]?.startsWith('-') === false ? 1 : 0);
  const child = run(
    'docker',
    [
      ...['run', '--rm', '-i', '--network', server.network, '-v', `${folder}:/data`, server.odooImage, ...verb],
      ...['--db_host', server.host, '-r', 'odoo', '-d', database, '--data-dir', '/data', '--max-cron-threads=0'],
      ...words.slice(verb.length),
    ],
    { maxBuffer: 256 * 2 ** 20 },
  );
  child.child.stdin?.end(input);
  const { stdout, stderr } = await child;
  return stdout + stderr;
};
