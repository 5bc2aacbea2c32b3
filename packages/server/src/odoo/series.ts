import { Failure } from '@slipway/contracts/failure';

/** What differs between Odoo's series, as data. Source: `odoo --help` and the release notes of each series. */
export interface SeriesFacts {
  /** Port of websocket or longpolling: the option's name in odoo.conf. */
  readonly gevent: 'gevent_port' | 'longpolling_port';
  /** Since 19 demonstration data is off unless asked for; before, it was on unless refused. */
  readonly demo: 'opt-in' | 'opt-out';
  /** `/web/health?db_server_status=true` exists. */
  readonly health: boolean;
}

const TABLE: Readonly<Record<string, SeriesFacts>> = {
  '14.0': { gevent: 'longpolling_port', demo: 'opt-out', health: false },
  '15.0': { gevent: 'longpolling_port', demo: 'opt-out', health: true },
  '16.0': { gevent: 'gevent_port', demo: 'opt-out', health: true },
  '17.0': { gevent: 'gevent_port', demo: 'opt-out', health: true },
  '18.0': { gevent: 'gevent_port', demo: 'opt-out', health: true },
  '19.0': { gevent: 'gevent_port', demo: 'opt-in', health: true },
};

/** Failure: kind-unknown with the list of known series. */
export const seriesFacts = (series: string): SeriesFacts => {
  const found = TABLE[series];
  if (found === undefined)
    throw new Failure('kind-unknown', { what: 'Odoo series', kind: series, known: Object.keys(TABLE).join(', ') });
  return found;
};
