/** What was asked of an outside thing and what it answered: kept as evidence, so it holds no secret. */
export interface Receipt {
  readonly asked: string;
  readonly answered: Readonly<Record<string, unknown>>;
}
