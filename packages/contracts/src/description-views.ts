/** What a live production consists of, as files for the repository's documentation (G1). */
import { z } from 'zod';

export const describedFile = z.object({
  /** From the root of the repository: `docs/runtime/menus.prod.csv`. */
  path: z.string(),
  text: z.string(),
  /** Bytes. */
  size: z.int(),
  sha256: z.string(),
});
export type DescribedFileView = z.infer<typeof describedFile>;

export const descriptionView = z.object({
  environment: z.string(),
  sha: z.string(),
  takenAt: z.string(),
  files: z.array(describedFile),
  /** What could not be asked, and why. */
  missing: z.array(z.string()),
});
export type DescriptionView = z.infer<typeof descriptionView>;
