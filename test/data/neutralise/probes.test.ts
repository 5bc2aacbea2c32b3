import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '../../../packages/server/src/domain/secret.ts';
import { AdminClient } from '../../../packages/server/src/drivers/databases/postgres/client.ts';
import { openTransactions } from '../../../packages/server/src/drivers/databases/postgres/transactions.ts';
import { makeIdentity } from '../../../packages/server/src/odoo/neutralise/identity.ts';
import { neutralise } from '../../../packages/server/src/odoo/neutralise/neutralise.ts';
import { judgeProbes, readProbes } from '../../../packages/server/src/odoo/neutralise/probe-report.ts';
import { probeScript } from '../../../packages/server/src/odoo/neutralise/probe-script.ts';
import { type Company, company } from '../../setup/company.ts';
import { asOdoo, plant } from './look-inside.ts';
import { type OutsideWorld, outsideWorld } from './outside-world.ts';

let server: Company;
let world: OutsideWorld;

beforeAll(async () => {
  server = await company();
  world = await outsideWorld(server);
});
afterAll(async () => {
  await world?.remove();
  await server?.stop();
});

const probe = async (database: string, silent: boolean) => {
  const probes = readProbes(await world.shell(database, probeScript(120), silent));
  if (probes === null) throw new Error('the probes did not come to their end');
  return { probes, report: judgeProbes(probes, null, []), seen: await world.seen() };
};

test('a production as it is reaches the world: these probes can fail', async () => {
  const production = await server.copy('probed_raw');
  await plant(production.url);

  const { report, seen } = await probe(production.database, false);

  expect(report.ok).toBe(false);
  expect(report.left.join('\n')).toMatch(/mail "a mail through Odoo" connected to [\d.]+:587/);
  expect(seen.connections).toEqual(expect.arrayContaining(['CONNECTION 587', 'CONNECTION 443', 'CONNECTION 993']));
  expect(seen.mails).toBe(0);
  await production.drop();
});

test('neutralised, its mail is caught, every scheduled action is fired, and nobody outside is called by what production left', async () => {
  const staging = await server.copy('probed');
  await plant(staging.url);
  const admin = new AdminClient(new Secret(staging.url));
  const identity = await makeIdentity({
    url: 'http://staging.localhost',
    adminPassword: new Secret('own-passw0rd'),
    databaseUuid: new Secret('uuid'),
    databaseSecret: new Secret('secret'),
    parameters: {},
  });
  await openTransactions(admin).write(asOdoo(staging.url), (session) =>
    neutralise(session, { database: staging.database, occasion: 'arrival', identity, own: null }),
  );
  await admin.end();

  const { probes, report, seen } = await probe(staging.database, true);

  // What the script itself tries beyond what production left finds the world that was put up for it.
  const ours = new Set(['web', 'direct']);
  const left = probes.filter(({ kind, name }) => !ours.has(kind) && name !== 'an action that calls a webhook');
  const outside = left.filter(({ connections }) => connections.some(([, what]) => what === 'left'));
  expect(outside.map(({ kind, name }) => `${kind} ${name}`)).toEqual([]);
  expect([...seen.connections].sort()).toEqual(['25', '443', '443', '80'].map((port) => `CONNECTION ${port}`));
  expect(report.tried).toMatchObject({ mail: 1, web: 3, direct: 3, webhook: 2 });
  expect(report.tried['cron']).toBeGreaterThan(40);
  expect(probes.filter(({ outcome }) => outcome === 'skipped')).toEqual([]);
  expect(seen.mails).toBeGreaterThanOrEqual(1);
  await staging.drop();
});
