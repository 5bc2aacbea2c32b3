/** Every number that bounds the edge, in one place. Milliseconds and bytes. */
export const LIMITS = {
  /** Request line and headers together; Odoo's search URLs and cookies stay far below. Beyond: 431. */
  requestHeaderBytes: 32_768,
  responseHeaderBytes: 65_536,
  /** A client that has not sent its headers by then is a slowloris: 408. */
  headersMs: 20_000,
  /** Whole request, body included: a backup of many GB over a slow line must fit. A stalled body is cut much earlier. */
  requestMs: 4 * 3_600_000,
  /** No byte of a body for so long while we wait for it: 408. */
  bodyStallMs: 60_000,
  /** A client that takes nothing of its answer for so long is cut off. */
  unreadMs: 120_000,
  /** Longer than the two minutes for which Caddy keeps idle connections, so that Caddy is the one to close. */
  keepAliveMs: 130_000,
  /** Odoo's reports and imports take minutes: the upstream may be silent for so long before and within an answer. */
  upstreamSilentMs: 30 * 60_000,
  upstreamConnectMs: 3_000,
  /** Idle upstream connections: below the 5 s after which many servers close, since reusing one that closes fails a POST. */
  upstreamKeepAliveMs: 3_000,
  upstreamConnections: 256,
  /** How long an upstream that refuses is tried again before the client sees a 502. */
  retryMs: 5_000,
  retryPauseMs: 100,
  /** A swap should take a moment only. */
  holdMs: 30_000,
  /** A socket and its headers each. A production with some hundred people, each with a tab that connects again, must fit. */
  heldPerHost: 500,
  heldInTotal: 2_000,
  /** A websocket of which one side has ended: the other side's time to end too. */
  halfOpenMs: 60_000,
  tcpKeepAliveMs: 30_000,
  /** At SIGTERM, connections without a request: whoever has just opened one, or has just sent on one, must not find it cut. */
  lastRequestMs: 500,
  /** In-flight requests at SIGTERM. */
  drainMs: 30_000,
} as const;

export type Limits = { readonly [Name in keyof typeof LIMITS]: number };
