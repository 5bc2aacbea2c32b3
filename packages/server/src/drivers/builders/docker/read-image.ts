import type Docker from 'dockerode';
import type { ImageBuilder } from '../../../ports/image-builder.ts';
import { orBuildFailure } from './failures.ts';

/** One line per file: its folder's name, a blank, its content in base64. The terminal that Docker gives changes line ends, and nothing else. */
const READ_EACH = `for file in "$0"/*/"$1"; do
  if [ -f "$file" ]; then name="\${file%/"$1"}"; printf '%s ' "\${name##*/}"; base64 -w 0 "$file"; echo; fi
done`;

/** What is inside an image never changes, so each question is asked once per image. */
export const openReader = (docker: Docker, instance: string): Pick<ImageBuilder, 'list' | 'readEach'> => {
  const known = new Map<string, Promise<string[]>>();
  const ask = async (reference: string, entrypoint: readonly string[]): Promise<string[]> => {
    const { Id } = await orBuildFailure(() => docker.getImage(reference).inspect());
    const key = JSON.stringify([Id, entrypoint]);
    const answer = known.get(key) ?? linesOf(docker, instance, Id, entrypoint);
    known.set(key, answer);
    answer.catch(() => known.delete(key));
    return answer;
  };
  return {
    list: (reference, folder) => ask(reference, ['/bin/ls', '-1', folder]),
    readEach: async (reference, folder, file) => {
      const lines = await ask(reference, ['/bin/sh', '-c', READ_EACH, folder, file]);
      return new Map(
        lines.map((line) => {
          const blank = line.indexOf(' ');
          return [line.slice(0, blank), Buffer.from(line.slice(blank + 1), 'base64').toString('utf8')];
        }),
      );
    },
  };
};

/** The container is made for this and gone afterwards; it has no network. */
const linesOf = async (
  docker: Docker,
  instance: string,
  image: string,
  entrypoint: readonly string[],
): Promise<string[]> => {
  const container = await orBuildFailure(() =>
    docker.createContainer({
      Image: image,
      Entrypoint: [...entrypoint],
      Cmd: [],
      Labels: { 'slipway.instance': instance, 'slipway.environment': '', 'slipway.role': 'probe' },
      HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'json-file', Config: {} } },
      Tty: true,
    }),
  );
  try {
    await orBuildFailure(() => container.start());
    const { StatusCode } = (await orBuildFailure(() => container.wait())) as { StatusCode: number };
    // A folder that is not there has nothing in it; what `ls` says about that would be taken for a name.
    if (StatusCode !== 0) return [];
    const text = (await orBuildFailure(() => container.logs({ stdout: true, stderr: false }))) as Buffer;
    return text
      .toString('utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '');
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
};
