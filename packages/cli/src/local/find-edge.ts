import { join } from 'node:path';
import { edgeFile } from '@slipway/contracts/local-server';
import { isAlive, mentions } from './pid-file.ts';
import { readText } from './read-text.ts';

/** The port of the edge that runs on this data folder, which it goes on doing after `slipway down`; null when none does. */
export const localEdgePort = async (folder: string): Promise<number | null> => {
  const settings = join(folder, 'edge.json');
  const pid = Number((await readText(join(folder, 'edge.pid')))?.trim());
  if (!isAlive(pid) || !(await mentions(pid, settings))) return null;
  try {
    return edgeFile.parse(JSON.parse((await readText(settings)) ?? '')).listen.port;
  } catch {
    return null;
  }
};
