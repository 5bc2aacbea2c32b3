import { parseProjectConfig } from '@slipway/contracts/config-file';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { ensureStage } from '../../packages/server/src/flows/stages.ts';
import { setEnvironment } from '../../packages/server/src/store/environments.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import type { ControlPlane, Site } from './make-slipway.ts';

/** A slipway.yaml with staging and production; `more` is added at its end. */
export const takeStages = async ({ slipway: { db } }: ControlPlane, more = ''): Promise<void> => {
  const parsed = parseProjectConfig(`version: 1
name: shop
source: { github: Codertocat/Hello-World }
odoo: { series: '19.0', addons: [addons] }
stages: { production: {}, staging: { branch: release } }
${more}`);
  if (!parsed.ok) throw new Error(`the test has a wrong slipway.yaml: ${JSON.stringify(parsed.problems)}`);
  const { config } = parsed;
  await saveProject(db, { ...(await projectByName(db, 'shop')), config, source: config.source });
};

/** Staging serves `sha` with data, as after a refresh. */
export const serveStaging = async (site: Site, plane: ControlPlane, sha: string): Promise<string> => {
  const { db, ports } = plane.slipway;
  const id = await ensureStage(plane.slipway, db, await projectByName(db, 'shop'), 'staging');
  await ports.databases.ensureRole('odoo_staging', new Secret('p'), id);
  await ports.databases.create('odoo_staging', 'odoo_staging', id);
  site.world.databases.get('odoo_staging')?.modules.set('base', 'installed').set('shop_order', 'installed');
  await ports.filestores.ensure(id);
  const installed = { shop_order: { hash: '', version: null, files: {} } };
  const serving = { state: 'live', liveSlot: 'blue', image: 'slipway/shop:old' } as const;
  await setEnvironment(db, id, { ...serving, installed, headSha: sha, liveSha: sha });
  return id;
};
