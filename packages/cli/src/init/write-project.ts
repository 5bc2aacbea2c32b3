import { projectConfig } from '@slipway/contracts/project-config';
import { z } from 'zod';
import { PROJECT_FILE } from '../local/project-file.ts';
import { writeInside } from '../local/write-inside.ts';
import { SCHEMA_FILE } from './project-text.ts';

/** Writes slipway.yaml and the schema that its first line names. Failure: usage. */
export const writeProject = async (folder: string, text: string): Promise<void> => {
  const schema = z.toJSONSchema(projectConfig, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  await writeInside(folder, SCHEMA_FILE, `${JSON.stringify(schema, null, 2)}\n`);
  await writeInside(folder, PROJECT_FILE, text);
};
