/** What the small GitHub remembers, and how its parts answer. */
export interface FakeComment {
  readonly id: number;
  readonly repository: string;
  readonly number: number;
  readonly author: string;
  /** Id of the App that wrote it; null for a person. */
  readonly app: number | null;
  body: string;
  edits: number;
}

export interface FakeStatus {
  readonly repository: string;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly target_url: string | null;
}

export interface FakeDeployment {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly statuses: Record<string, unknown>[];
}

export interface FakeTag {
  readonly sha: string;
  readonly tag: string;
  readonly message: string;
  /** The commit. */
  readonly object: string;
}

export interface FakeFailure {
  /** 0: the connection breaks instead of an answer. */
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Only requests whose `METHOD /path` matches. */
  readonly on?: RegExp;
  /** How often; default: once. */
  readonly times?: number;
  /** Does what was asked and fails only then, as when an answer is lost. */
  readonly afterwards?: boolean;
}

export interface FakeGithub {
  readonly url: string;
  readonly comments: FakeComment[];
  readonly statuses: FakeStatus[];
  readonly deployments: FakeDeployment[];
  /** `owner/name refs/…` to the commit, or to the object of an annotated tag. */
  readonly refs: Map<string, string>;
  readonly tags: Map<string, FakeTag>;
  /** Commits that are no way forward from whatever a branch has. */
  readonly diverged: Set<string>;
  /** `METHOD /path` of each request, in order. */
  readonly requests: string[];
  /** Token to login; `ghs_<installation>` is made by the App. */
  readonly tokens: Map<string, string>;
  /** `owner/name login` to admin, maintain, write, triage, read or none. Others: read. */
  readonly permissions: Map<string, string>;
  /** Repositories in which the App is installed, with the installation's id. */
  readonly installations: Map<string, number>;
  readonly appId: number;
  fail(failure: FakeFailure): void;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}
export interface Caller {
  readonly login: string;
  readonly app: number | null;
}

export type Body = Record<string, unknown>;
export type Route = readonly [
  RegExp,
  (fake: FakeGithub, path: string[], body: Body, caller: Caller, query: URLSearchParams) => Answer,
];
