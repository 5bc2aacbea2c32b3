import { quoteName } from '../../../domain/quote.ts';
import type { WarmPool } from '../../../ports/database-server.ts';
import type { AdminClient, Session } from './client.ts';
import { digest, freeze, isOurs, make, remove } from './databases.ts';
import { list, mark } from './ownership.ts';

const NUMBERS = 1000;

const prefixOf = (instance: string, template: string): string =>
  `slipway_pool_${digest(`${instance}/${template}`).slice(0, 12)}_`;
const ownerOf = (template: string): string => `pool:${template}`;

/** Copies that belong to nobody yet. One that was handed out has another owner and another name. */
const ready = async (session: Session, instance: string, template: string): Promise<string[]> =>
  (await list(session, 'DATABASE'))
    .filter(({ mark: found }) => found?.slipway === instance && found.owner === ownerOf(template))
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefixOf(instance, template)));

export const openPool = (admin: AdminClient, instance: string, now: () => Date): WarmPool => {
  const markFor = (owner: string) => ({ slipway: instance, owner, at: now().toISOString() });
  return {
    freeze: (template) => freeze(admin, template, instance),

    /** Owner, mark and name change in one transaction under a lock: two control planes never take the same copy. */
    take: ({ template, to, role, owner }) =>
      admin.transaction(`pool:${instance}/${template}`, async (session) => {
        if (await isOurs(session, to, instance)) return true;
        const [copy] = await ready(session, instance, template);
        if (copy === undefined) return false;
        await session.run(`ALTER DATABASE ${quoteName(copy)} OWNER TO ${quoteName(role)}`);
        await mark(session, 'DATABASE', copy, markFor(owner));
        await session.run(`ALTER DATABASE ${quoteName(copy)} RENAME TO ${quoteName(to)}`);
        return true;
      }),

    fill: (template, want) =>
      admin.locked(`pool-fill:${instance}/${template}`, async (session) => {
        const names = await ready(session, instance, template);
        for (let number = 1; names.length < want && number <= NUMBERS; number++) {
          const name = `${prefixOf(instance, template)}${number}`;
          if (names.includes(name)) continue;
          await make(admin, { name, from: template, role: null, value: markFor(ownerOf(template)) });
          names.push(name);
        }
        return names.length;
      }),

    drain: (template) =>
      admin.session(async (session) => {
        for (const name of await ready(session, instance, template)) await remove(session, name);
      }),
  };
};
