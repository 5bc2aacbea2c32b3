import { resolve } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { type ServerFile, serverFile } from '@slipway/contracts/local-server';
import type { ApiServer } from '../api/transport.ts';
import type { Io } from '../io.ts';
import { dataFolder } from './data-folder.ts';
import { readText } from './read-text.ts';
import { remembered, serverKey } from './remembered.ts';

export interface ServerChoice {
  readonly data: string | undefined;
  readonly server: string | undefined;
  readonly token: string | undefined;
}

/** `server.json` of a data folder; null when no server wrote one. */
export const readServerFile = async (folder: string): Promise<ServerFile | null> => {
  const text = await readText(resolve(folder, 'server.json'));
  if (text === null) return null;
  try {
    return serverFile.parse(JSON.parse(text));
  } catch (error) {
    const reason = `${resolve(folder, 'server.json')} cannot be read as what \`slipway up\` writes`;
    throw new Failure('server-unreachable', { url: '(unknown address)', reason }, error);
  }
};

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

export const checkedUrl = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search || url.hash)
    throw new Failure('usage', {
      reason: `a server is an address such as https://slipway.example.com; this is "${text}".`,
    });
  return withoutSlash(text);
};

/** The server that runs on a data folder, with its token; null when none was started. */
export const localServer = async (folder: string): Promise<ApiServer | null> => {
  const local = await readServerFile(folder);
  if (local === null) return null;
  const token = await readText(resolve(folder, local.tokenFile));
  return { url: withoutSlash(local.url), token: token?.trim() || null };
};

/**
 * Which server to talk to: --server or SLIPWAY_SERVER, else the one that runs on this data folder, else the one that was signed in to last,
 * unless a data folder is named. A token that is kept goes to its own server only: another address gets none unless one is given.
 */
export const findServer = async (io: Io, choice: ServerChoice): Promise<ApiServer> => {
  const folder = dataFolder(io, choice.data);
  const named = choice.server ?? io.variables.SLIPWAY_SERVER;
  const given = choice.token ?? io.variables.SLIPWAY_TOKEN;
  const local = await localServer(folder);
  const kept = await remembered(io);
  const folderNamed = Boolean(choice.data ?? io.variables.SLIPWAY_DATA);
  const url = named ? checkedUrl(named) : (local?.url ?? (folderNamed ? undefined : (kept.current ?? undefined)));
  if (!url) throw new Failure('server-unreachable', { url: folder, reason: 'no server runs on this data folder' });
  if (given) return { url, token: given };
  if (local?.url === url) return { url, token: local.token };
  return { url, token: kept.servers[serverKey(url)]?.token ?? null };
};
