/** What the server process and a CLI on the same machine agree on: a file in the data folder, and lines on standard output. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** `<data>/server.json`: where the API answers. Written (mode 0600) once it does, removed when it stops. */
export const serverFile = z.object({
  /** `http://127.0.0.1:8787` */
  url: z.url({ protocol: /^https?$/ }),
  /** File with the API token; absolute, or relative to the data folder. */
  tokenFile: z.string().min(1),
  /** Where the first account is made, while nobody has one: a link that works once. */
  setup: z.url().optional(),
});
export type ServerFile = z.infer<typeof serverFile>;

/** `<data>/edge.json`, as far as the CLI reads it: where the edge listens, while it runs. */
export const edgeFile = z.object({ listen: z.object({ host: z.string(), port: z.int() }) });

/**
 * How the server's main.ts is started. Left to itself, V8 lets the heap grow to four times what is used before it clears up on a machine with
 * much memory, and each thread of the allocator keeps what it freed: measured 285 MB, and 148 MB with these (bench/acknowledge).
 * https://nodejs.org/api/cli.html#useful-v8-options
 */
export const SERVER_NODE_FLAGS = ['--max-old-space-size=512', '--max-semi-space-size=4'] as const;
export const SERVER_VARIABLES = {
  MALLOC_ARENA_MAX: '2',
  // What Node compiled is kept beside the modules, for whoever may write there may change the source as well; packages/cli/bin says the same.
  // https://nodejs.org/api/cli.html#node_compile_cachedir
  NODE_COMPILE_CACHE: join(import.meta.dirname, '../../../node_modules/.cache/slipway'),
} as const;

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

/**
 * Projects whose production this data folder holds. Its files are the surest sign: containers may be gone, and a server may be away.
 * Asked before anything is stopped or removed.
 */
export const productionsIn = (dataFolder: string): readonly string[] => {
  const filestores = join(dataFolder, 'filestores');
  if (!existsSync(filestores)) return [];
  const projects = readdirSync(filestores, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return projects
    .map(({ name }) => name)
    .filter((name) => existsSync(join(filestores, name, 'production', 'filestore')))
    .sort();
};
