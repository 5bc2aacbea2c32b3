import { request } from 'node:http';
import { z } from 'zod';

const MILLISECONDS = 3000;
const DEFAULT_SOCKET = '/var/run/docker.sock';

/** GET from a socket: the answer's status and JSON. Rejects when nothing answers. */
export const getFrom = (
  socketPath: string,
  path: string,
): Promise<{ readonly status: number; readonly body: unknown }> =>
  new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, agent: false, signal: AbortSignal.timeout(MILLISECONDS) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.once('error', reject).once('end', () => resolve({ status: answer.statusCode ?? 0, body: safely(text) }));
    });
    asking.once('error', reject).end();
  });

const safely = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

export const dockerSocket = (variables: Readonly<Record<string, string | undefined>>): string =>
  variables.SLIPWAY_DOCKER_SOCKET || DEFAULT_SOCKET;

const versionAnswer = z.object({ Version: z.string() });

export const dockerVersion = async (socket: string): Promise<string> =>
  versionAnswer.parse((await getFrom(socket, '/version')).body).Version;

const infoAnswer = z.object({ DockerRootDir: z.string() });

/** Where Docker keeps images and containers. */
export const dockerFolder = async (socket: string): Promise<string> =>
  infoAnswer.parse((await getFrom(socket, '/info')).body).DockerRootDir;

export const hasImage = async (socket: string, image: string): Promise<boolean> =>
  (await getFrom(socket, `/images/${encodeURIComponent(image)}/json`)).status === 200;
