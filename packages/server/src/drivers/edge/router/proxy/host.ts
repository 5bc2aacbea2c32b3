const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/;
const ADDRESS = /^\[[0-9a-f:.]{2,45}\]$/;

export interface HostName {
  /** Lower case, without port and final dot: the key of the route table. */
  readonly name: string;
  /** As in the header, '' when there is none. */
  readonly port: string;
}

/** Null for what cannot be a host: it is refused before anything else looks at it. */
export function parseHost(header: string | undefined): HostName | null {
  if (header === undefined) return null;
  const match = /^([^:]+|\[[^\]]*\])(?::(\d{1,5}))?$/.exec(header);
  const name = (match?.[1] ?? '').toLowerCase().replace(/\.$/, '');
  return NAME.test(name) || ADDRESS.test(name) ? { name, port: match?.[2] ?? '' } : null;
}

/** The path without its query: what may be logged (queries hold tokens). */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** Odoo with workers answers these on its second (gevent) port only; without workers both ports are one. */
export const isWebsocketPath = (path: string): boolean => path === '/websocket' || path.startsWith('/websocket/');
