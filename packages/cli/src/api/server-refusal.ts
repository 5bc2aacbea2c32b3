import type { FailureData } from '@slipway/contracts/failure';

/**
 * What the server said no with. Its own words are kept: a newer server may know codes, and facts, that this CLI does not,
 * so this is not made into a Failure again.
 */
export class ServerRefusal extends Error {
  readonly status: number;
  readonly problem: Omit<FailureData, 'code' | 'facts'> & { readonly code: string; readonly facts: object };
  constructor(status: number, problem: ServerRefusal['problem']) {
    super(problem.message);
    this.name = 'ServerRefusal';
    this.status = status;
    this.problem = problem;
  }
}
