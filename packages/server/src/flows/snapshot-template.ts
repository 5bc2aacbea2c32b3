import { Failure } from '@slipway/contracts/failure';
import { COPY_PREFIX, templateInUse } from '../decide/templates.ts';
import type { TemplateFacts } from '../plan/preview-facts.ts';
import { listTemplates } from '../store/templates.ts';
import type { Slipway } from './slipway.ts';

/** Template of a snapshot, by the snapshot's id; ids are lower case letters, digits and _. */
export const copyKey = (snapshot: string): string => `${COPY_PREFIX}${snapshot.replaceAll('_', '-')}`;

/** At most 63 bytes, what PostgreSQL keeps of a name. */
export const templateDatabase = (slipway: Slipway, project: string, key: string): string => {
  const room = 60 - `slipway_${slipway.instance}_tpl_`.length - key.length - 1;
  const name = project.replaceAll('-', '_').slice(0, Math.max(0, room));
  return `slipway_${slipway.instance}_tpl_${name}_${key.replaceAll('-', '_')}`.slice(0, 60);
};

export const copyFacts = async (slipway: Slipway, project: string, snapshot: string): Promise<TemplateFacts> => {
  const key = copyKey(snapshot);
  const database = templateDatabase(slipway, project, key);
  return { key, database, role: database, fresh: null, ready: await slipway.ports.templates.ready(key) };
};

/** The copy that staging was refreshed with last. Failure: snapshot-none. */
export const copyTemplate = async (slipway: Slipway, project: string): Promise<TemplateFacts> => {
  const newest = templateInUse(await listTemplates(slipway.db, project), 'staging');
  if (newest === null) throw new Failure('copy-none', { project });
  return { key: newest.key, database: newest.database, role: newest.database, fresh: null, ready: true };
};
