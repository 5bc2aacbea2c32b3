import { Secret } from '../../packages/server/src/domain/secret.ts';
import { AdminClient } from '../../packages/server/src/drivers/databases/postgres/client.ts';
import { openTransactions } from '../../packages/server/src/drivers/databases/postgres/transactions.ts';
import { makeIdentity } from '../../packages/server/src/odoo/neutralise/identity.ts';
import { neutralise } from '../../packages/server/src/odoo/neutralise/neutralise.ts';
import { validate } from '../../packages/server/src/odoo/neutralise/validate.ts';
import { ownSql } from '../../test/setup/own-sql.ts';

/** Seconds that neutralising a copy takes, Odoo's own SQL and ours, and then looking whether it is; the image has been read before. */
export const switchOff = async (url: string, image: string): Promise<{ neutralised: number; checked: number }> => {
  const own = await ownSql(image);
  const admin = new AdminClient(new Secret(url));
  const identity = await makeIdentity({
    url: 'http://staging.localhost',
    adminPassword: new Secret('own-passw0rd'),
    databaseUuid: new Secret('uuid'),
    databaseSecret: new Secret('secret'),
    parameters: {},
  });
  const sql = openTransactions(admin);
  const login = { url: new Secret(url) };
  const about = { database: 'large', identity };
  try {
    const began = performance.now();
    await sql.write(login, (session) => neutralise(session, { ...about, occasion: 'arrival', own }));
    const between = performance.now();
    const { ok, findings } = await sql.read(login, (session) => validate(session, { ...about, arrival: true }));
    if (!ok) throw new Error(`not neutral: ${findings.map(({ id }) => id).join(', ')}`);
    return { neutralised: (between - began) / 1000, checked: (performance.now() - between) / 1000 };
  } finally {
    await admin.end();
  }
};
