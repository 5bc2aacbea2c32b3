/**
 * What differs between Odoo series: a table, so that a new series is one entry. 19.0 was checked by running it; the others
 * are from memory and were not run here.
 */
import { Failure } from '@slipway/contracts/failure';
import { SERIES } from '@slipway/contracts/project-config';

export type Series = (typeof SERIES)[number];

export interface SeriesFacts {
  /** How demonstration data is chosen: until 18 it comes unless refused, from 19 only when asked for. */
  readonly demo: 'unless-refused' | 'when-asked';
  /** Name of the option for the port that serves long-lived connections when there are workers. */
  readonly websocketPortOption: 'longpolling_port' | 'gevent_port';
  /** Paths that must go to that port. */
  readonly websocketPath: '/longpolling' | '/websocket';
  /** Answers 200 without a login; with `db_server_status` only if the database server answers. */
  readonly healthPath: string;
  readonly loginPath: string;
  /** Whether `odoo neutralize` exists. */
  readonly neutralize: boolean;
  /** Whether read-only requests may go to a replica (`db_replica_host`). */
  readonly replica: boolean;
  /** Tables and columns that came with 15: `ir_cron_trigger`, `ir_mail_server.smtp_authentication`. */
  readonly cronTriggers: boolean;
}

const OLD: SeriesFacts = {
  demo: 'unless-refused',
  websocketPortOption: 'longpolling_port',
  websocketPath: '/longpolling',
  healthPath: '/web/login',
  loginPath: '/web/login',
  neutralize: false,
  replica: false,
  cronTriggers: false,
};
const SINCE_15: SeriesFacts = { ...OLD, healthPath: '/web/health', cronTriggers: true };
const SINCE_16: SeriesFacts = {
  ...SINCE_15,
  websocketPortOption: 'gevent_port',
  websocketPath: '/websocket',
  neutralize: true,
};
const SINCE_18: SeriesFacts = { ...SINCE_16, replica: true };

export const SERIES_FACTS: Readonly<Record<Series, SeriesFacts>> = {
  '14.0': OLD,
  '15.0': SINCE_15,
  '16.0': SINCE_16,
  '17.0': SINCE_16,
  '18.0': SINCE_18,
  '19.0': { ...SINCE_18, demo: 'when-asked', healthPath: '/web/health?db_server_status=true' },
};

/** Throws Failure `kind-unknown` for a series that is not in the table. */
export const seriesFacts = (series: string): SeriesFacts => {
  const known = SERIES.find((each) => each === series);
  if (known === undefined)
    throw new Failure('kind-unknown', { what: 'Odoo series', kind: series, known: SERIES.join(', ') });
  return SERIES_FACTS[known];
};
