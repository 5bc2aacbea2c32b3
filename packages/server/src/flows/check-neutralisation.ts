import type { NeutralisationView } from '@slipway/contracts/views';
import { Secret } from '../domain/secret.ts';
import { type Validation, validate } from '../odoo/neutralise/validate.ts';
import { identityOf, loginOf } from '../steps/shared/odoo-database.ts';
import { requireEnvironment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import type { Slipway } from './slipway.ts';

/** The checks that come before every start, for a person who asks. Reads only. */
export const checkEnvironment = async (
  slipway: Slipway,
  wish: { readonly environment: string; readonly arrival: boolean },
): Promise<NeutralisationView> => {
  const { id, project, stage, database, role, host } = await requireEnvironment(slipway.db, wish.environment);
  const { stages } = (await projectByName(slipway.db, project)).config;
  const parameters = (stage === 'staging' ? stages.staging : stages.preview)?.parameters ?? {};
  const of = { owner: id, database, role, url: slipway.url(host), parameters };
  const identity = await identityOf(of, slipway.ports);
  const result = await slipway.ports.sql.read(await loginOf(of, slipway.ports), (session) =>
    validate(session, { database, identity, arrival: wish.arrival }),
  );
  return view(id, wish.arrival, result);
};

/** Any database that this machine reaches: who it belongs to is not known, so what compares it with an environment is left out. */
export const checkAddress = async (slipway: Slipway, url: string): Promise<NeutralisationView> => {
  const database = URL.canParse(url) ? decodeURIComponent(new URL(url).pathname.slice(1)) : 'the database';
  const result = await slipway.ports.sql.read({ url: new Secret(url) }, (session) =>
    validate(session, { database, identity: null, arrival: true }),
  );
  return view(database, true, result);
};

const view = (subject: string, arrival: boolean, { ok, asked, skipped, findings }: Validation): NeutralisationView => ({
  subject,
  ok,
  arrival,
  asked: asked.length,
  skipped: [...skipped],
  findings: findings.map((one) => ({ ...one, examples: [...one.examples] })),
});
