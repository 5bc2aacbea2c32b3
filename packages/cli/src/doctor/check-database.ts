import { connect } from 'node:net';
import { reasonOf } from '../api/transport.ts';
import { dockerSocket, hasImage } from './docker-api.ts';
import { type Check, type Finding, fail, ok, warn } from './finding.ts';

const MILLISECONDS = 3000;
const DEFAULT_PORT = 5432;
const IMAGES = ['postgres:17', 'slipway/postgres:17'];
const HOW = "Nothing to do if Docker can pull it. Else make it from Debian's archive: `slipway image build`.";

/** Null when something takes a connection there, else why not. */
const unreachable = (host: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: MILLISECONDS });
    const end = (reason: string | null): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('no answer in time'));
    socket.once('error', (error) => end(reasonOf(error)));
  });

const ownServer = async (address: string): Promise<Finding> => {
  const url = URL.parse(address);
  if (url === null || url.hostname === '')
    return fail(
      'postgresql',
      'SLIPWAY_DATABASE_URL is not an address.',
      'Such as postgresql://user:password@host:5432/postgres',
    );
  // Never the address itself: it holds a password.
  const [host, port] = [url.hostname, Number(url.port || DEFAULT_PORT)];
  const reason = await unreachable(host, port);
  if (reason === null) return ok('postgresql', `Your PostgreSQL takes connections at ${host}:${port}.`);
  return fail(
    'postgresql',
    `Nothing takes connections at ${host}:${port}: ${reason}.`,
    'Start it, or correct SLIPWAY_DATABASE_URL.',
  );
};

/** The user's server, or the image of the one that Slipway runs. */
export const databaseCheck: Check = {
  name: 'postgresql',
  look: async ({ variables }) => {
    if (variables.SLIPWAY_DATABASE_URL) return ownServer(variables.SLIPWAY_DATABASE_URL);
    const images = variables.SLIPWAY_POSTGRES_IMAGE ? [variables.SLIPWAY_POSTGRES_IMAGE] : IMAGES;
    const present = await Promise.all(images.map((image) => hasImage(dockerSocket(variables), image))).catch(
      () => null,
    );
    const names = images.join(' or ');
    if (present === null) return warn('postgresql', `Whether ${names} is here cannot be seen without Docker.`, HOW);
    const here = images.find((_, i) => present[i]);
    return here === undefined
      ? warn('postgresql', `${names} is not on this machine yet.`, HOW)
      : ok('postgresql', `${here} is here.`);
  },
};
