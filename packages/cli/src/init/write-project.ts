import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { projectConfig } from '@slipway/contracts/project-config';
import { stringify } from 'yaml';
import { z } from 'zod';
import { PROJECT_FILE } from '../local/project-file.ts';
import type { Guess } from './guess-project.ts';

const SCHEMA_FILE = '.slipway/slipway.schema.json';

/** The text of a first slipway.yaml; the comment makes editors check and complete it. */
export const projectFileText = ({ name, series, addons, unknown }: Guess): string => {
  // Strings in quotes: 19.0 without them is a number.
  const yaml = stringify(
    { version: 1, name, odoo: { series, addons } },
    { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  );
  const doubts = unknown.map((sentence) => `# Not found out. ${sentence}\n`).join('');
  return `# yaml-language-server: $schema=${SCHEMA_FILE}\n${doubts}${yaml}`;
};

/** Writes slipway.yaml and the schema that its first line names. Failure: file-exists. */
export const writeProject = async (folder: string, guess: Guess, overwrite: boolean): Promise<void> => {
  try {
    await writeFile(join(folder, PROJECT_FILE), projectFileText(guess), { flag: overwrite ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Failure('file-exists', { file: PROJECT_FILE }, error);
  }
  await mkdir(join(folder, '.slipway'), { recursive: true });
  const schema = z.toJSONSchema(projectConfig, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  await writeFile(join(folder, SCHEMA_FILE), `${JSON.stringify(schema, null, 2)}\n`);
};
