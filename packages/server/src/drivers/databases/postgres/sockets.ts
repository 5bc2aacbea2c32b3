/** Pure: servers that are reached by the file of a socket. */
import { join } from 'node:path';

/** Of every server of ours: the number in the name of the file. */
export const SOCKET_PORT = 5432;
/** Bytes of a path: the kernel has no room for more (`sun_path`, unix(7)). */
const LONGEST_SOCKET = 107;

/** What PostgreSQL puts into the folder that it is told to. */
export const socketFile = (folder: string): string => join(folder, `.s.PGSQL.${SOCKET_PORT}`);

export const socketFits = (folder: string): boolean => Buffer.byteLength(socketFile(folder)) <= LONGEST_SOCKET;

/** As `pg` and PostgreSQL's own programs take it. https://www.postgresql.org/docs/17/libpq-connect.html#LIBPQ-CONNSTRING-URIS */
export const socketUrl = (folder: string, database: string, role: string): URL => {
  const url = new URL(`postgresql://localhost:${SOCKET_PORT}/`);
  url.pathname = `/${encodeURIComponent(database)}`;
  url.username = encodeURIComponent(role);
  url.searchParams.set('host', folder);
  return url;
};
