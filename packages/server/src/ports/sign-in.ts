/** Another place where people prove who they are. */
export interface SignInProvider {
  readonly id: string;
  readonly name: string;
}

export interface OpenSession {
  readonly id: string;
  readonly user: string;
  /** Of the `Set-Cookie` headers that prolong it; none: it is not time yet. */
  readonly cookies: readonly string[];
}

/**
 * The library that knows passwords, second factors, sessions and providers. It keeps them in the control plane's own tables, so that
 * several control planes agree.
 */
export interface SignIn {
  readonly providers: readonly SignInProvider[];
  /** Answers a request to one of its own paths below /api/v1/auth. Everything it tells of failures is in the answer. */
  answer(request: SignInRequest): Promise<Response>;
  /** Whose session the cookie of a request is; null: nobody's, or one that is over. */
  sessionOf(headers: Headers): Promise<OpenSession | null>;
  hashPassword(password: string): Promise<string>;
  /** Whether a password is the one that such a hash was made of. */
  fitsPassword(hash: string, password: string): Promise<boolean>;
}

export interface SignInRequest {
  readonly method: 'GET' | 'POST';
  /** Below /api/v1/auth, with its query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body?: unknown;
}

/** What the library asks us before it lets somebody in. */
export interface SignInRules {
  /** Whether a session may be opened for an account. */
  mayOpen(user: string): Promise<boolean>;
  /** Whether somebody who has proved at a provider that the address is theirs may have an account. */
  mayJoin(email: string): Promise<boolean>;
  /** An account was made by way of a provider. */
  joined(user: string, email: string): Promise<void>;
}
