/** How much room databases take, and how much is left where their server keeps them. */
export interface DatabaseSpace {
  /** Bytes of a database; null: it is not there. Failures: database-unreachable (retry), database-refused. */
  bytes(database: string): Promise<number | null>;
  /** Bytes that are free; null: nobody here can say. */
  free(): Promise<number | null>;
}
