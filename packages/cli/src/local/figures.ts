import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { type Figures, figuresView } from '@slipway/contracts/invariants-views';
import type { Session } from '../session.ts';
import { readText } from './read-text.ts';

const ADDRESS = /^postgres(ql)?:\/\//;

/** Of an environment or of an address, by the server. */
export const measure = async (of: string, session: Session): Promise<Figures> =>
  (await session.api()).call('measureInvariants', {
    parameters: {},
    body: ADDRESS.test(of) ? { url: of } : { environment: of },
  });

/** A file of `slipway invariants measure`. Failure: usage. */
export const readFigures = async (file: string, cwd: string): Promise<Figures> => {
  const text = await readText(resolve(cwd, file));
  if (text === null) throw new Failure('usage', { reason: `There is no file ${file}.` });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure('usage', { reason: `${file} is not JSON.` }, error);
  }
  const parsed = figuresView.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Failure('usage', { reason: `${file} is not what \`slipway invariants measure --out\` writes.` });
};

/** Failure: usage. */
export const writeNew = async (file: string, cwd: string, text: string): Promise<void> => {
  await writeFile(resolve(cwd, file), text, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'EEXIST' ? `${file} is there already.` : `${file} cannot be written: ${error.message}.`;
    throw new Failure('usage', { reason }, error);
  });
};
