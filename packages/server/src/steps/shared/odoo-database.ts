import { z } from 'zod';
import { type Identity, makeIdentity } from '../../odoo/neutralise/identity.ts';
import type { SqlLogin } from '../../ports/sql-databases.ts';
import type { StepPorts } from '../step.ts';

/** A database that is to be, or has been, made an environment's own; names only, no secret. */
export const odooDatabase = z.strictObject({
  environment: z.string(),
  /** Whose secrets. */
  owner: z.string(),
  database: z.string(),
  role: z.string(),
  /** Where the environment answers. */
  url: z.string(),
  /** Rows of `ir.config_parameter` that the project wants here: test addresses and test keys. */
  parameters: z.record(z.string(), z.string()),
});
export type OdooDatabase = z.infer<typeof odooDatabase>;

export const identityOf = async (
  of: Pick<OdooDatabase, 'owner' | 'url' | 'parameters'>,
  ports: Pick<StepPorts, 'secrets'>,
): Promise<Identity> => {
  const [adminPassword, databaseUuid, databaseSecret] = await Promise.all([
    ports.secrets.ensure(of.owner, 'admin-password'),
    ports.secrets.ensure(of.owner, 'database-uuid'),
    ports.secrets.ensure(of.owner, 'database-secret'),
  ]);
  return makeIdentity({ url: of.url, parameters: of.parameters, adminPassword, databaseUuid, databaseSecret });
};

/** As the environment's role, like its Odoo: a module's SQL comes from a repository, and the administrator's rights would be the server's. */
export const loginOf = async (
  { owner, database, role }: Pick<OdooDatabase, 'owner' | 'database' | 'role'>,
  ports: Pick<StepPorts, 'secrets'>,
): Promise<SqlLogin> => ({ database, role, password: await ports.secrets.ensure(owner, 'database-password') });
