/** Servers that `slipway login` was told of, each with its token: a file that nobody else reads. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import type { Io } from '../io.ts';
import { readText } from './read-text.ts';

const schema = z.object({
  version: z.literal(1),
  /** Where commands go that name no server. */
  current: z.string().nullable(),
  servers: z.record(z.string(), z.object({ token: z.string(), who: z.string() })),
});
export type Remembered = z.infer<typeof schema>;

const NOTHING: Remembered = { version: 1, current: null, servers: {} };

/** $XDG_CONFIG_HOME/slipway/servers.json, or ~/.config/slipway/servers.json. */
export const rememberedFile = ({ variables }: Pick<Io, 'variables'>): string => {
  const { XDG_CONFIG_HOME, HOME } = variables;
  const folder = XDG_CONFIG_HOME?.startsWith('/') ? XDG_CONFIG_HOME : join(HOME || homedir(), '.config');
  return join(folder, 'slipway', 'servers.json');
};

/** One server by whatever way its address was written: `HTTPS://Example.com/` is `https://example.com`. */
export const serverKey = (url: string): string => (URL.parse(url)?.href ?? url).replace(/\/+$/, '');

/** Failure: usage, when the file cannot be read as ours. */
export const remembered = async (io: Pick<Io, 'variables'>): Promise<Remembered> => {
  const file = rememberedFile(io);
  const text = await readText(file);
  if (text === null) return NOTHING;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const reason = `${file} cannot be read as what \`slipway login\` writes: remove it and sign in again.`;
    throw new Failure('usage', { reason }, error);
  }
};

/** Whole or not at all. */
export const remember = async (io: Pick<Io, 'variables'>, what: Remembered): Promise<void> => {
  const file = rememberedFile(io);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = join(dirname(file), `.${randomUUID()}.tmp`);
  try {
    await writeFile(draft, `${JSON.stringify(what, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};
