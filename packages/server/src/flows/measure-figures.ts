import type { Figures } from '@slipway/contracts/invariants-views';
import { Secret } from '../domain/secret.ts';
import { measureInvariants } from '../odoo/invariants/measure.ts';
import { loginOf } from '../steps/shared/odoo-database.ts';
import { requireEnvironment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import type { Slipway } from './slipway.ts';

/** The business figures of an environment, the project's own among them, for a person who asks. Reads only. */
export const measureEnvironment = async (slipway: Slipway, environment: string): Promise<Figures> => {
  const { id, project, database, role } = await requireEnvironment(slipway.db, environment);
  const { config } = await projectByName(slipway.db, project);
  const login = await loginOf({ owner: id, database, role }, slipway.ports);
  return slipway.ports.sql.read(login, (session) =>
    // A project that was stored by an older Slipway has no such section.
    measureInvariants(session, { subject: id, own: config.invariants ?? [] }),
  );
};

/** Any database that this machine reaches. A project's own SQL is not run there: with whose rights is not known. */
export const measureAddress = (slipway: Slipway, url: string): Promise<Figures> => {
  const subject = URL.canParse(url) ? decodeURIComponent(new URL(url).pathname.slice(1)) : 'the database';
  return slipway.ports.sql.read({ url: new Secret(url) }, (session) =>
    measureInvariants(session, { subject, own: [] }),
  );
};
