import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { PROJECT_FILE } from '../local/project-file.ts';
import { readText } from '../local/read-text.ts';
import { type Check, fail, ok, warn } from './finding.ts';

export const projectCheck: Check = {
  name: 'project',
  look: async ({ cwd }) => {
    const text = await readText(join(cwd, PROJECT_FILE));
    if (text === null)
      return warn('project', 'There is no slipway.yaml here.', 'Run `slipway init` in your Odoo repository.');
    const parsed = parseProjectConfig(text);
    if (parsed.ok)
      return ok('project', `slipway.yaml is valid: project ${parsed.config.name}, Odoo ${parsed.config.odoo.series}.`);
    const count = parsed.problems.length;
    return fail(
      'project',
      `slipway.yaml has ${count} ${count === 1 ? 'problem' : 'problems'}.`,
      '`slipway config check` names them.',
    );
  },
};
