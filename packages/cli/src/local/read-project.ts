import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { formatProblems } from '@slipway/contracts/config-problem';
import { Failure } from '@slipway/contracts/failure';
import type { ProjectConfig } from '@slipway/contracts/project-config';
import { PROJECT_FILE } from './project-file.ts';
import { readText } from './read-text.ts';

/** slipway.yaml of a folder. Failures: config-missing, config-invalid. */
export const readProject = async (folder: string): Promise<ProjectConfig> => {
  const text = await readText(join(folder, PROJECT_FILE));
  if (text === null) throw new Failure('config-missing', { where: folder });
  const parsed = parseProjectConfig(text, PROJECT_FILE);
  if (!parsed.ok) throw new Failure('config-invalid', { problems: formatProblems(parsed.problems) });
  return parsed.config;
};
