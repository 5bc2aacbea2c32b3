import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Check, type Finding, fail, ok, type Place, warn } from './finding.ts';

const NODE_NEEDED = 24;

export const nodeCheck: Check = {
  name: 'node',
  look: async () => {
    const { node } = process.versions;
    if (Number.parseInt(node, 10) >= NODE_NEEDED) return ok('node', `Node ${node}.`);
    return fail('node', `Node ${node} is too old.`, `Install Node ${NODE_NEEDED} or newer: https://nodejs.org`);
  },
};

/** The first file of that name in PATH that may be run. */
export const findProgram = async (name: string, path: string): Promise<string | null> => {
  for (const folder of path.split(delimiter).filter((part) => part !== '')) {
    const file = join(folder, name);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return null;
};

const program =
  (name: string, missing: (says: string) => Finding) =>
  async ({ variables }: Place): Promise<Finding> => {
    const file = await findProgram(name, variables.PATH ?? '');
    return file === null ? missing(`There is no ${name} in PATH.`) : ok(name, `${file} is here.`);
  };

export const gitCheck: Check = {
  name: 'git',
  look: program('git', (says) => fail('git', says, 'Install it (Debian, Ubuntu: `apt install git`).')),
};

export const mmdebstrapCheck: Check = {
  name: 'mmdebstrap',
  look: program('mmdebstrap', (says) =>
    warn('mmdebstrap', says, 'Only `slipway image build` needs it (Debian, Ubuntu: `apt install mmdebstrap`).'),
  ),
};
