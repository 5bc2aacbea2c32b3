import { dockerAt } from '../shared/docker-engine.ts';

/** Images that builds of this instance made; those that another container still uses stay. */
export const removeOwnImages = async (socket: string, instance: string): Promise<void> => {
  const docker = dockerAt(socket);
  const filters = { label: [`slipway.instance=${instance}`] };
  // Images of commits first: they stand on those with the dependencies.
  const images = (await docker.listImages({ filters })).sort((a, b) => b.Created - a.Created);
  for (const image of images)
    await docker
      .getImage(image.Id)
      .remove({ force: true })
      .catch(() => undefined);
};
