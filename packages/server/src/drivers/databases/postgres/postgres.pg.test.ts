import { inject } from 'vitest';
import { describeDatabaseServer } from '../../../ports/database-server.contract.ts';
import { ask, testServer } from './test-server.contract.ts';

const adminUrl = inject('postgresUrl');
const { contractWorld } = testServer(adminUrl, null);

describeDatabaseServer('the PostgreSQL of this machine', async () =>
  contractWorld(adminUrl, 'plainpg', async () => {
    await ask(adminUrl, 'DROP ROLE slipway_plainpg_odoo');
  }),
);

describeDatabaseServer('the PostgreSQL of this machine as a role with CREATEDB and CREATEROLE only', async () => {
  const login = { user: 'contract_admin', password: 'admin-password' };
  await ask(adminUrl, `CREATE ROLE contract_admin LOGIN CREATEDB CREATEROLE PASSWORD '${login.password}'`);
  await ask(adminUrl, 'CREATE DATABASE contract_control OWNER contract_admin');
  const { urlFor, contractWorld: world } = testServer(adminUrl, null);
  return world(urlFor('contract_control', login), 'plain15', async () => {
    await ask(adminUrl, 'DROP DATABASE contract_control', 'DROP ROLE slipway_plain15_odoo', 'DROP ROLE contract_admin');
  });
});
