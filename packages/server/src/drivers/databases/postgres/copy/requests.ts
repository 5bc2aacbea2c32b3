/** Pure: the container in which pg_dump runs. */
import type Docker from 'dockerode';
import type { DatabaseAddress } from '../../../../ports/database-copy.ts';
import { forPrograms } from './client.ts';

/** `major`: of the server. */
export interface Dump {
  readonly from: DatabaseAddress;
  readonly major: number;
  readonly parameters: readonly string[];
  readonly signal: AbortSignal;
}

/** The last thing that pg_dump prints. */
export const DUMPED = 'PostgreSQL database dump complete';

export const dumpBody = (image: string, { from, major, parameters }: Dump): Docker.ContainerCreateOptions => {
  const { address, password, socketFolder } = forPrograms(from);
  const binaries = [major, major + 1, 17].map((version) => `/usr/lib/postgresql/${version}/bin`).join(':');
  return {
    Image: image,
    User: 'root',
    Entrypoint: ['pg_dump'],
    Cmd: [...parameters, '--dbname', address],
    // Whoever may inspect containers controls this machine anyway; a command line would show in the list of processes.
    Env: [`PATH=${binaries}:/usr/local/bin:/usr/bin:/bin`, ...(password === '' ? [] : [`PGPASSWORD=${password}`])],
    Labels: { 'slipway.role': 'pg_dump' },
    HostConfig: {
      NetworkMode: 'host',
      CapDrop: ['ALL'],
      // The folder of a socket may be its server's alone, as that of a server which replays a log is.
      ...(socketFolder === null ? {} : { CapAdd: ['DAC_OVERRIDE'] }),
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Binds: socketFolder === null ? [] : [`${socketFolder}:${socketFolder}`],
      LogConfig: { Type: 'none', Config: {} },
    },
  };
};
