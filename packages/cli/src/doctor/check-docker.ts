import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { reasonOf } from '../api/transport.ts';
import { PROJECT_FILE } from '../local/project-file.ts';
import { readText } from '../local/read-text.ts';
import { dockerSocket, dockerVersion, hasImage } from './docker-api.ts';
import { type Check, fail, ok, warn } from './finding.ts';

const NEEDED = 20;
const HOW =
  'Install Docker Engine (Debian, Ubuntu: `apt install docker.io`), start it (`systemctl start docker`), and let your user use it (`usermod -aG docker $USER`).';

const EXPLAINED: Readonly<Record<string, string>> = {
  ENOENT: 'there is no socket',
  EACCES: 'the socket is not open to this user',
};

export const dockerCheck: Check = {
  name: 'docker',
  look: async ({ variables }) => {
    const socket = dockerSocket(variables);
    try {
      const version = await dockerVersion(socket);
      if (Number.parseInt(version, 10) >= NEEDED) return ok('docker', `Docker Engine ${version} answers.`);
      return warn('docker', `Docker Engine ${version} answers; Slipway is tested with ${NEEDED} and newer.`, HOW);
    } catch (error) {
      const why = EXPLAINED[(error as NodeJS.ErrnoException).code ?? ''] ?? reasonOf(error);
      return fail('docker', `Docker Engine does not answer at ${socket}: ${why}.`, HOW);
    }
  },
};

/** The images of which one is enough: that of ./slipway.yaml, else the registry's or our own of the series. */
const wantedImages = async (cwd: string): Promise<readonly string[]> => {
  const text = await readText(join(cwd, PROJECT_FILE));
  const parsed = text === null ? null : parseProjectConfig(text);
  const odoo = parsed?.ok === true ? parsed.config.odoo : { series: '19.0', image: undefined };
  return odoo.image === undefined ? [`odoo:${odoo.series}`, `slipway/odoo:${odoo.series}`] : [odoo.image];
};

export const imageCheck: Check = {
  name: 'base-image',
  look: async ({ cwd, variables }) => {
    const images = await wantedImages(cwd);
    const socket = dockerSocket(variables);
    const present = await Promise.all(images.map((image) => hasImage(socket, image))).catch(() => null);
    const names = images.join(' or ');
    if (present === null) return warn('base-image', `Whether ${names} is here cannot be seen without Docker.`, HOW);
    const here = images.find((_, i) => present[i]);
    if (here !== undefined) return ok('base-image', `${here} is here.`);
    const how = "Nothing to do if Docker can pull it. Else make it from Debian's archive: `slipway image build`.";
    return warn('base-image', `${names} is not on this machine yet.`, how);
  },
};
