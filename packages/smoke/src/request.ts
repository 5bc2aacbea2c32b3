/** How checks speak HTTP: one function, so that the CLI hands in an address, the server a slot, and a test whatever it likes. */

/** A password or a body with one in it: revealed where it is written to the wire, and nowhere else. */
export interface Sealed {
  reveal(): string;
}

export interface SmokeRequest {
  readonly method: 'GET' | 'POST';
  /** With the query, on the Odoo that is tested. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Sealed;
  /** An API key, for the header Authorization. */
  readonly bearer?: Sealed;
  /** Asks for a websocket; it is closed as soon as it is open. */
  readonly upgrade?: boolean;
  /** After which it counts as unanswered. */
  readonly limit?: number;
}

export interface Answered {
  readonly status: number;
  /** Names in lower case; without `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  /** `name=value`, to be sent back. */
  readonly cookies: readonly string[];
  /** At most a megabyte of it. */
  readonly body: string;
  readonly bytes: number;
  readonly milliseconds: number;
}

export type SmokeAnswer = Answered | { readonly error: string; readonly milliseconds: number };

/** Never throws for what the other side does, and follows no redirect. Throws the signal's reason when it is aborted. */
export type SmokeHttp = (request: SmokeRequest, signal: AbortSignal) => Promise<SmokeAnswer>;
