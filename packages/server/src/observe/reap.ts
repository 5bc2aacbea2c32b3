import { environmentOfOwner } from '../domain/names.ts';
import type { Slipway } from '../flows/slipway.ts';
import type { Inventory, OwnedThing } from '../ports/inventory.ts';
import { recordAudit } from '../store/audit.ts';
import { environment } from '../store/environments.ts';
import { countHeavyRuns, hasOpenRun } from '../store/served-runs.ts';
import { listTemplates } from '../store/templates.ts';
import { type Loop, startLoop } from './loop.ts';

/** Younger things may belong to a step that is just being taken. */
const GRACE_MILLISECONDS = 60_000;

/** Finds by label what no living environment and no template owns, and removes it: what a crash or a failed clean-up left behind. */
export const reap = async (slipway: Slipway, inventories: readonly Inventory[]): Promise<OwnedThing[]> => {
  const templates = await listTemplates(slipway.db);
  const owners = new Set(
    templates.flatMap(({ project, key, database }) => [`${project}/template-${key}`, `pool:${database}`]),
  );
  const removed: OwnedThing[] = [];
  for (const inventory of inventories) {
    for (const thing of await inventory.owned()) {
      if (thing.owner === '' || owners.has(thing.owner) || (await isAlive(slipway, thing))) continue;
      await inventory.discard(thing);
      removed.push(thing);
      await recordAudit(slipway.db, {
        who: 'slipway: reaper',
        what: `${thing.kind}.remove`,
        target: thing.name,
        details: { owner: thing.owner },
      });
    }
  }
  return removed;
};

const isAlive = async (slipway: Slipway, thing: OwnedThing): Promise<boolean> => {
  const age =
    thing.createdAt === null ? Number.POSITIVE_INFINITY : slipway.clock.now().getTime() - Date.parse(thing.createdAt);
  if (age < GRACE_MILLISECONDS) return true;
  // A template is in the table when it is finished; until then only a run that builds speaks for it.
  if (thing.owner.includes('/template-')) return (await countHeavyRuns(slipway.db)) > 0;
  const owner = thing.owner.startsWith('pool:') ? null : await environment(slipway.db, environmentOfOwner(thing.owner));
  if (owner === null) return false;
  // Whatever became of its containers: nothing of a production is ever removed by a guess.
  if (owner.stage === 'production') return true;
  // A failed preview owns nothing any more, but its next run may be under way.
  return owner.liveSlot !== null || (await hasOpenRun(slipway.db, owner.id));
};

export const reapOrphans = (slipway: Slipway, inventories: readonly Inventory[]): Loop =>
  startLoop('reaper', 60_000, slipway, async () => {
    const removed = await reap(slipway, inventories);
    if (removed.length > 0) slipway.logger.info({ removed }, 'orphans removed');
  });
