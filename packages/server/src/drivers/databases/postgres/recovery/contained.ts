import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { RecoveryPlace } from '../../../../ports/recovery-servers.ts';
import { askDocker, askDockerOr, dockerAt } from '../../../shared/docker-engine.ts';
import { lastLog, removeContainer, runOnce } from '../managed-client.ts';
import type { Started } from './places.ts';
import { ownBody, recoveryBody } from './requests.ts';

const nameOf = (instance: string, folder: string): string =>
  `slipway-${instance}-recovery-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;

export const startContained = async (
  { docker, instance, image }: { readonly docker: string; readonly instance: string; readonly image: string },
  place: RecoveryPlace,
): Promise<Started> => {
  const engine = dockerAt(docker);
  const name = nameOf(instance, place.folder);
  const which = { instance, image, place };
  await removeContainer(engine, name);
  const { exitCode, output } = await runOnce(engine, ownBody(which));
  if (exitCode !== 0) throw new Failure('recovery-impossible', { reason: output.trim() });
  await askDocker(() => engine.createContainer({ ...recoveryBody(which), name }));
  await askDocker(() => engine.getContainer(name).start());
  return {
    said: () => lastLog(engine, name),
    hasEnded: async () => {
      const found = await askDockerOr(null, () => engine.getContainer(name).inspect());
      return found === null || !found.State.Running;
    },
    stop: () => removeContainer(engine, name),
  };
};

export const removeContained = (docker: string, instance: string, folder: string): Promise<void> =>
  removeContainer(dockerAt(docker), nameOf(instance, folder));

/** Those of an installation that goes away, whichever folder they were started on: a control plane that was killed leaves one running. */
export const removeAllContained = async (docker: string, instance: string): Promise<void> => {
  const engine = dockerAt(docker);
  const filters = { label: [`slipway.system=${instance}`, 'slipway.role=recovery'] };
  for (const { Id } of await askDocker(() => engine.listContainers({ all: true, filters })))
    await removeContainer(engine, Id);
};
