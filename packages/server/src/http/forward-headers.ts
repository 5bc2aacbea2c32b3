import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { clientAddress, FROM_HEADER } from './address.ts';

/** What nobody may say of themselves to the server behind us, in front of which everybody has this machine's address. */
const OF_THE_CLIENT = new Set([FROM_HEADER, 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'forwarded']);

type Request = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'socket'>;

const ours = ({ headers, socket }: Request): Readonly<Record<string, string>> => {
  const address = clientAddress(socket.remoteAddress ?? '', headers['x-forwarded-for']);
  return { [FROM_HEADER]: address, 'x-forwarded-for': address };
};

/** The headers of a request as they are handed on: where it is from is said by us, once. */
export const handedOn = (request: Request): IncomingHttpHeaders => ({
  ...Object.fromEntries(Object.entries(request.headers).filter(([name]) => !OF_THE_CLIENT.has(name))),
  ...ours(request),
});

/** The same in the letters and the order in which they came, as lines. */
export const handedOnLines = (request: Request): string[] => {
  const { rawHeaders: raw } = request;
  const lines: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    if (!OF_THE_CLIENT.has(String(raw[index]).toLowerCase())) lines.push(`${raw[index]}: ${raw[index + 1]}`);
  return [...lines, ...Object.entries(ours(request)).map(([name, value]) => `${name}: ${value}`)];
};
