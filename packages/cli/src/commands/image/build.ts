import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { progressText, runServerJob } from '../../local/server-process.ts';
import { printable } from '../../output/printable.ts';
import { duration } from '../../output/time.ts';

const imageBuildView = z.object({
  /** The images that are there now. */
  images: z.array(z.string()),
  milliseconds: z.number(),
});

export const imageBuild = defineCommand({
  path: 'image build',
  says: "Make base images from Debian's archive, for machines that can pull none. What is there already is kept.",
  example: 'slipway image build',
  input: noInput,
  view: imageBuildView,
  routes: [],
  run: async (_, session) => {
    const { io, dataFolder } = session;
    const since = io.now().getTime();
    const progress = session.progress();
    let images: readonly string[] = [];
    await runServerJob(io, { command: 'image-build', variables: { SLIPWAY_DATA: dataFolder } }, (event) => {
      if ('images' in event) images = event.images;
      const text = progressText(event);
      if (text !== null) progress.show([`  ${printable(text)}`], printable(text));
    });
    progress.clear();
    return { images: [...images], milliseconds: io.now().getTime() - since };
  },
  show: ({ images, milliseconds }, screen) =>
    [
      `${screen.ok} The base images are there (${duration(milliseconds)}).`,
      ...images.map((name) => `  ${printable(name)}`),
    ].join('\n'),
});
