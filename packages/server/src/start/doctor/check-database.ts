import { queryOne } from '../../store/queryable.ts';
import { type Check, fail, ok, reasonOf, warn } from './check.ts';

/** Of its connections: beyond it, one that is needed may not be had. */
const CROWDED = 0.8;
/** Leases, tokens and schedules compare times of both. */
const CLOCK_MS = 5_000;

interface Server {
  readonly version: string;
  readonly now: string;
  readonly used: number;
  readonly most: number;
}

const SQL = `select current_setting('server_version') as version, clock_timestamp() as now,
  (select count(*) from pg_stat_activity where backend_type = 'client backend') as used,
  current_setting('max_connections')::int as most`;

export const databaseCheck: Check = {
  name: 'postgresql',
  look: async ({ db, managed, now }) => {
    const asked = now().getTime();
    const server = await queryOne<Server>(db, SQL).catch(reasonOf);
    if (server === null || typeof server === 'string')
      return fail(
        'postgresql',
        `PostgreSQL does not answer: ${server ?? 'it said nothing'}`,
        managed
          ? 'Slipway starts it again by itself; server.log in the data folder says why that fails.'
          : 'Start it, or correct SLIPWAY_DATABASE_URL.',
      );
    const { version, used, most } = server;
    const says = `PostgreSQL ${version}${managed ? ', kept by Slipway,' : ''} answers; ${used} of ${most} connections are taken.`;
    const crowded = used > most * CROWDED;
    const hint = 'Raise max_connections, or lower `stages.preview.max`: each Odoo that is awake takes some.';
    // Of the middle of asking, so that a slow answer is no wrong clock.
    const apart = Math.abs(Date.parse(server.now) - (asked + now().getTime()) / 2);
    return [
      crowded ? warn('postgresql', says, hint) : ok('postgresql', says),
      apart < CLOCK_MS
        ? ok('clock', 'The clocks of Slipway and PostgreSQL agree.')
        : fail(
            'clock',
            `The clocks of Slipway and PostgreSQL are ${Math.round(apart / 1000)} s apart.`,
            'Set both by NTP (Debian, Ubuntu: `apt install systemd-timesyncd`).',
          ),
    ];
  },
};
