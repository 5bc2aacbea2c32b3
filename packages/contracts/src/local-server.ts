/** What the server process and a CLI on the same machine agree on: a file in the data folder, and lines on standard output. */
import { z } from 'zod';

/** `<data>/server.json`: where the API answers. Written (mode 0600) once it does, removed when it stops. */
export const serverFile = z.object({
  /** `http://127.0.0.1:8787` */
  url: z.url({ protocol: /^https?$/ }),
  /** File with the API token; absolute, or relative to the data folder. */
  tokenFile: z.string().min(1),
});
export type ServerFile = z.infer<typeof serverFile>;

/** `<data>/edge.json`, as far as the CLI reads it: where the edge listens, while it runs. */
export const edgeFile = z.object({ listen: z.object({ host: z.string(), port: z.int() }) });

/** One line of `main.ts up|purge|image-build` on standard output; any other line is log. */
export const processEvent = z.union([
  /** What it does now; `done` of `total` where that is known. */
  z.object({ progress: z.string(), done: z.number().optional(), total: z.number().optional() }),
  /** The last line of a command that failed; its exit code is not 0 then. */
  z.object({ error: z.string(), code: z.string(), hint: z.string() }),
  /** The last line of `image-build`: the images that are there now. */
  z.object({ images: z.array(z.string()) }),
]);
export type ProcessEvent = z.infer<typeof processEvent>;
