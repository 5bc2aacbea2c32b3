import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Io } from '../io.ts';

/** Where everything of an instance lives: --data, SLIPWAY_DATA, $XDG_DATA_HOME/slipway, ~/.local/share/slipway. */
export const dataFolder = (io: Pick<Io, 'variables' | 'cwd'>, given: string | undefined): string => {
  const { SLIPWAY_DATA, XDG_DATA_HOME, HOME } = io.variables;
  if (given) return resolve(io.cwd, given);
  if (SLIPWAY_DATA) return resolve(io.cwd, SLIPWAY_DATA);
  // The XDG specification: a relative path there is to be ignored.
  if (XDG_DATA_HOME?.startsWith('/')) return join(XDG_DATA_HOME, 'slipway');
  return join(HOME || homedir(), '.local', 'share', 'slipway');
};
