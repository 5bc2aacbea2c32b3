/** A repository on disk for one test. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Outcome, runSlipway, type Situation } from './run-slipway.ts';

export interface Repository {
  readonly cwd: string;
  write(file: string, text?: string): Promise<void>;
  module(path: string, version?: string): Promise<void>;
  read(file: string): Promise<string>;
  run(line: string, situation?: Situation): Promise<Outcome>;
  remove(): Promise<void>;
}

export const makeRepository = async (name = 'My Shop_19'): Promise<Repository> => {
  const cwd = join(await mkdtemp(join(tmpdir(), 'slipway-cli-')), name);
  await mkdir(cwd);
  const write = async (file: string, text = ''): Promise<void> => {
    await mkdir(dirname(join(cwd, file)), { recursive: true });
    await writeFile(join(cwd, file), text);
  };
  return {
    cwd,
    write,
    module: (path, version = '19.0.1.0.0') =>
      write(
        `${path}/__manifest__.py`,
        `{\n    'name': 'X',\n    "version": '${version}',\n    'license': 'LGPL-3',\n    'depends': ['base'],\n    'author': 'Shop',\n    'category': 'Sales',\n}\n`,
      ),
    read: (file) => readFile(join(cwd, file), 'utf8'),
    run: (line, situation) => runSlipway(line.split(' '), { cwd, ...situation }),
    remove: () => rm(dirname(cwd), { recursive: true, force: true }),
  };
};
