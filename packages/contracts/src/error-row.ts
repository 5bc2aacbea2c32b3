/** One row of the error table. */
export type Fault = 'user' | 'target' | 'upstream' | 'bug';

export interface ErrorRow {
  readonly status: number;
  readonly fault: Fault;
  /** Whether the engine may run the step again without anyone changing anything. */
  readonly retry: boolean;
  readonly says: string;
  readonly hint: string;
}

export const row = (status: number, fault: Fault, retry: boolean, says: string, hint: string): ErrorRow => ({
  status,
  fault,
  retry,
  says,
  hint,
});
