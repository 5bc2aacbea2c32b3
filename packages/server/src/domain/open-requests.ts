import type { Upstream } from './environment.ts';

/**
 * What the control plane asks the edges, and they tell it, by PostgreSQL's NOTIFY. The question comes after the change of route that it is
 * about, on the same connection: whoever answers it sends nobody to the former address any more.
 */
export const OPEN_ASKED = 'slipway_open_asked';
export const OPEN_TOLD = 'slipway_open_told';

/** What edges are called in pg_stat_activity: as many of that name as are connected have to answer. */
export const EDGE_CONNECTION = 'slipway-edge';

export const addressOf = (host: string, port: number): string => `${host}:${port}`;

/** Both ports of an Odoo with workers: plain requests go to the one for websockets, too. */
export const addressesOf = ({ host, port, websocketPort }: Upstream): readonly string[] => [
  ...new Set([addressOf(host, port), addressOf(host, websocketPort)]),
];

export interface OpenAsked {
  readonly id: string;
  readonly addresses: readonly string[];
}

export interface OpenTold {
  readonly id: string;
  readonly open: number;
}

/** Null: nothing that can be answered. */
export const readOpenAsked = (payload: string): OpenAsked | null => {
  const [id, ...addresses] = payload.split(' ');
  return id === undefined || id === '' || addresses.length === 0 ? null : { id, addresses };
};
export const writeOpenAsked = ({ id, addresses }: OpenAsked): string => [id, ...addresses].join(' ');

export const readOpenTold = (payload: string): OpenTold | null => {
  const [, id, open] = /^(\S+) (\d+)$/.exec(payload) ?? [];
  return id === undefined ? null : { id, open: Number(open) };
};
export const writeOpenTold = ({ id, open }: OpenTold): string => `${id} ${open}`;
