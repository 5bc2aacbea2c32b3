import type { LogSink } from '../domain/log.ts';

export interface BaseImage {
  /** As the user wrote it, or the default for the series. */
  readonly reference: string;
  readonly digest: string;
}

export interface ImageRequest {
  readonly project: string;
  readonly sha: string;
  readonly base: BaseImage;
  readonly packages: readonly string[];
  /** Absolute folder of the checked-out commit (mtimes from git). */
  readonly checkout: string;
  /** Requirement files, relative to the checkout. */
  readonly requirements: readonly string[];
  /** Addons folders, relative, in order; they end up under /mnt/slipway/<folder>. */
  readonly addons: readonly string[];
  /** Hash over dependency layer inputs, and over everything: same hash, no build. */
  readonly lockHash: string;
  readonly contentHash: string;
}

export interface BuiltImage {
  /** Immutable tag `slipway/<project>:sha-<git sha>`. */
  readonly reference: string;
  readonly digest: string;
  readonly cached: boolean;
}

/** Failures: base-image-missing, image-build-failed (the user's), image-build-interrupted (retry), docker-unreachable (retry), disk-full. */
export interface ImageBuilder {
  /** Finds the image here or pulls it; the digest identifies its content. */
  base(reference: string): Promise<BaseImage>;
  build(request: ImageRequest, log: LogSink, signal: AbortSignal): Promise<BuiltImage>;
  exists(reference: string): Promise<boolean>;
  /** Which image the reference means now; null: it is not here. Nothing is pulled. */
  digest(reference: string): Promise<string | null>;
  /** Names in a folder inside an image; none: it is not there. */
  list(reference: string, folder: string): Promise<readonly string[]>;
  /** Text of `<folder>/<name>/<file>` inside an image, by name; names without such a file are left out. */
  readEach(reference: string, folder: string, file: string): Promise<ReadonlyMap<string, string>>;
}
