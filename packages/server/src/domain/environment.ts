export type Stage = 'development' | 'preview' | 'staging' | 'production';

/** The address of a serving Odoo as the edge sees it. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  /** Port that takes /websocket; the same as `port` unless Odoo runs workers. */
  readonly websocketPort: number;
}

/** What the edge does with a host name. */
export type Route =
  | { readonly kind: 'serve'; readonly upstream: Upstream }
  /** Serves what reads and refuses what writes, with the time at which that is over: its database takes no writes. */
  | {
      readonly kind: 'read-only';
      readonly upstream: Upstream;
      /** ISO: since when. One such time is known by it. */
      readonly since: string;
      /** ISO: about until when. Putting the route again may move it. */
      readonly until: string;
    }
  | {
      readonly kind: 'page';
      readonly page: 'queued' | 'building' | 'testing' | 'failed' | 'closed' | 'blocked' | 'maintenance';
      readonly facts: Readonly<Record<string, string | number>>;
    }
  /** Asleep: the edge asks the control plane to wake it and holds the request. */
  | { readonly kind: 'wake' }
  /** For a moment nobody serves (a swap): requests wait, at most as long as the edge's hold limit. */
  | { readonly kind: 'hold' };

export interface RouteEntry {
  readonly host: string;
  readonly environment: string;
  readonly route: Route;
}
