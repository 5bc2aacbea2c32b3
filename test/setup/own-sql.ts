import { openDockerBuilder } from '../../packages/server/src/drivers/builders/docker/index.ts';
import { CORE_ADDONS, coreModules } from '../../packages/server/src/odoo/core-modules.ts';
import { OWN_SQL, type OwnSql } from '../../packages/server/src/odoo/neutralise/own-sql.ts';

/** What the modules of an image bring to neutralise themselves. */
export const ownSql = async (image: string): Promise<OwnSql> => {
  const resolveBase = async (reference: string) => reference;
  const builder = openDockerBuilder({ socket: '/var/run/docker.sock', instance: 'test-own-sql', resolveBase });
  return {
    modules: coreModules(await builder.list(image, CORE_ADDONS), image),
    texts: await builder.readEach(image, CORE_ADDONS, OWN_SQL),
  };
};
