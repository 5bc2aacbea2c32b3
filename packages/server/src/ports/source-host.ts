/** What GitHub (GitLab …) is told, and asked. Failures: source-host-unavailable (retry), source-host-refused. */
export interface CommitStatus {
  readonly sha: string;
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly description: string;
  readonly url: string | null;
}

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error';

/** A release on its way to an environment, as the source host shows it. */
export interface DeploymentStatus {
  readonly sha: string;
  readonly environment: string;
  readonly state: DeploymentState;
  readonly description: string;
  /** Where people reach the environment. */
  readonly url: string | null;
}

export interface SourceHost {
  readonly kind: string;
  /** Creates the comment that carries `marker`, or changes it in place; returns its id. */
  upsertComment(comment: {
    readonly repository: string;
    readonly number: number;
    readonly marker: string;
    readonly body: string;
    readonly knownId: string | null;
  }): Promise<string>;
  setStatus(repository: string, status: CommitStatus): Promise<void>;
  /** Says of the commit's deployment to that environment how it stands; makes it where there is none yet. */
  setDeployment(repository: string, status: DeploymentStatus): Promise<void>;
  /** Whether `user` may write to the repository. */
  mayWrite(repository: string, user: string): Promise<boolean>;
}
