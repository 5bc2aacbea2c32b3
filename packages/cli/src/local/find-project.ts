import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { parseDocument } from 'yaml';
import { readText } from './read-text.ts';

/** The project to speak of: as given, else the name in ./slipway.yaml. Failure: usage. */
export const findProject = async (cwd: string, given: string | undefined): Promise<string> => {
  if (given) return given;
  const text = await readText(join(cwd, 'slipway.yaml'));
  if (text === null)
    throw new Failure('usage', { reason: 'Which project? There is no slipway.yaml here: name one with --project.' });
  const name: unknown = parseDocument(text).get('name');
  if (typeof name === 'string' && name !== '') return name;
  throw new Failure('usage', { reason: 'Which project? ./slipway.yaml names none: name one with --project.' });
};
