/**
 * Named bytes: a folder or an S3 bucket. A blob exists whole or not at all, and never changes once it is there.
 * Failures: store-unreachable (retry), store-refused (wrong key, no bucket), disk-full, blob-missing.
 */
export interface BlobStore {
  readonly kind: string;
  /** Replaces a blob of the same name. `bytes` may be any size up to 5 GiB; streams are not buffered whole. */
  put(name: string, content: Buffer | AsyncIterable<Buffer>): Promise<{ readonly bytes: number }>;
  get(name: string): Promise<Buffer>;
  stream(name: string): AsyncIterable<Buffer>;
  /** Bytes; null: not there. */
  size(name: string): Promise<number | null>;
  /** All names that begin with `prefix`, in no order. */
  list(prefix: string): AsyncIterable<{ readonly name: string; readonly bytes: number; readonly modifiedAt: string }>;
  /** Success when there is none. */
  remove(name: string): Promise<void>;
}
