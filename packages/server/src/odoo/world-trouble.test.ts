import { expect, it } from 'vitest';
import { worldTrouble } from './world-trouble.ts';

const HEAD = '2026-11-21 07:15:41,123 1 ERROR odoo_pr_7 odoo.sql_db: ';

it.each([
  'psycopg2.OperationalError: server closed the connection unexpectedly',
  'psycopg2.errors.AdminShutdown: terminating connection due to administrator command',
  'FATAL:  the database system is starting up',
  'FATAL:  the database system is in recovery mode',
  'connection to server on socket "/run/slipway-pg/.s.PGSQL.5432" failed: No such file or directory',
  'connection to server at "10.0.0.2", port 5432 failed: Connection refused',
])('takes "%s" for a database server that is away, which is no fault of a module', (line) => {
  expect(worldTrouble([`${HEAD}bad query`, line])).toMatchObject({ code: 'database-unreachable' });
});

it.each([
  'psycopg2.errors.DiskFull: could not extend file "base/16384/1259": No space left on device',
  "OSError: [Errno 28] No space left on device: '/var/lib/odoo/filestore/odoo_pr_7/ab'",
])('takes "%s" for a full disk', (line) => {
  expect(worldTrouble([line])).toMatchObject({ code: 'disk-full' });
});

it('leaves to the modules what is theirs', () => {
  const lines = [
    `${HEAD}column shop_order.total does not exist`,
    'psycopg2.errors.UndefinedColumn: column does not exist',
  ];
  expect(worldTrouble(lines)).toBeNull();
});
