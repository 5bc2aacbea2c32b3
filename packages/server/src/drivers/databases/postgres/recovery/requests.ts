/** Pure: how a server that replays a log is reached, by its socket only; and its container, which has no network. */
import { Failure } from '@slipway/contracts/failure';
import type Docker from 'dockerode';
import { Secret } from '../../../../domain/secret.ts';
import type { DatabaseAddress } from '../../../../ports/database-copy.ts';
import type { RecoveryPlace } from '../../../../ports/recovery-servers.ts';
import { socketFile, socketFits, socketUrl } from '../sockets.ts';
import { dataIn, socketIn } from './places.ts';

/** Failure: recovery-impossible. */
export const requireShort = (folder: string): void => {
  if (socketFits(socketIn(folder))) return;
  const reason = `the path ${socketFile(socketIn(folder))} is too long for a socket`;
  throw new Failure('recovery-impossible', { reason });
};

export const addressOn = (folder: string, database: string, role: string): DatabaseAddress => ({
  url: new Secret(socketUrl(socketIn(folder), database, role).toString()),
});

export const likeOn = (folder: string, original: DatabaseAddress): DatabaseAddress => {
  const { pathname, username } = new URL(original.url.reveal());
  return addressOn(folder, decodeURIComponent(pathname.slice(1)), decodeURIComponent(username));
};

export interface Contained {
  readonly instance: string;
  readonly image: string;
  readonly place: RecoveryPlace;
}

const hardened = ({ place }: Contained): Docker.HostConfig => ({
  // Under its own name, so that the folder of the socket is called the same inside and outside.
  Binds: [`${place.folder}:${place.folder}`],
  NetworkMode: 'none',
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  ReadonlyRootfs: true,
  Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=256m' },
  LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
});

const labels = (instance: string) => ({ 'slipway.system': instance, 'slipway.role': 'recovery' });

/** Once, as root of its own container: gives the folder to its user postgres, whose number only the image knows. */
export const ownBody = (which: Contained): Docker.ContainerCreateOptions => ({
  Image: which.image,
  User: 'root',
  Entrypoint: ['/bin/chown'],
  Cmd: ['-R', 'postgres:postgres', which.place.folder],
  Labels: labels(which.instance),
  HostConfig: { ...hardened(which), CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'] },
});

export const recoveryBody = (which: Contained): Docker.ContainerCreateOptions => {
  const binaries = `/usr/lib/postgresql/${which.place.major}/bin`;
  return {
    Image: which.image,
    User: 'postgres',
    Entrypoint: [`${binaries}/postgres`],
    Cmd: ['-D', dataIn(which.place.folder)],
    Env: [`PATH=${binaries}:/usr/local/bin:/usr/bin:/bin`, 'LC_ALL=C.UTF-8'],
    StopSignal: 'SIGINT',
    Labels: labels(which.instance),
    HostConfig: { ...hardened(which), ShmSize: 256 * 1024 * 1024 },
  };
};
