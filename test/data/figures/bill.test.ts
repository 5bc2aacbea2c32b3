import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareInvariants } from '@slipway/contracts/compare-invariants';
import { canonical } from '@slipway/contracts/decimal';
import type { ProjectConfig } from '@slipway/contracts/project-config';
import type { BillDocument, BillRow, RollbackBill } from '@slipway/contracts/rollback-views';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../packages/server/src/domain/secret.ts';
import { AdminClient } from '../../../packages/server/src/drivers/databases/postgres/client.ts';
import { openTransactions } from '../../../packages/server/src/drivers/databases/postgres/transactions.ts';
import { measureAddress, measureEnvironment } from '../../../packages/server/src/flows/measure-figures.ts';
import { rollbackBill } from '../../../packages/server/src/flows/rollback-bill.ts';
import type { Slipway } from '../../../packages/server/src/flows/slipway.ts';
import { readBill } from '../../../packages/server/src/odoo/bill/read-bill.ts';
import { saveProject } from '../../../packages/server/src/store/projects.ts';
import { saveStage } from '../../../packages/server/src/store/stages.ts';
import { type Company, type CompanyCopy, company } from '../../setup/company.ts';
import { type FreshDatabase, freshDatabase, inDatabase, onServer, testPool } from '../../setup/database.ts';
import { dockerWorld } from '../../setup/docker-world.ts';
import { asOdoo } from '../neutralise/look-inside.ts';

let server: Company;
let production: CompanyCopy;
let control: FreshDatabase;
let admin: AdminClient;
let db: pg.Pool;
let slipway: Slipway;
let former: string;
let since: Date;
let made: Record<string, number[]> & { passing: number; name: string; number: string; total: string; paid: string };

const shell = async (file: string): Promise<string> =>
  server.odoo(
    production.database,
    ['shell', '--no-http', '--log-level=warn'],
    await readFile(join(import.meta.dirname, file), 'utf8'),
  );

beforeAll(async () => {
  server = await company();
  production = await server.copy('production');
  await shell('../../setup/company-data.py');
  former = `${production.database}_prev`;
  await onServer(inDatabase(production.url, 'postgres'), async (client) => {
    const names = [former, production.database].map((name) => pg.escapeIdentifier(name));
    await client.query(`create database ${names[0]} template ${names[1]} owner odoo`);
  });
  since = new Date();
  const log = await shell('after-switch.py');
  made = JSON.parse(/^MADE (.*)$/m.exec(log)?.[1] ?? log);
  admin = new AdminClient(new Secret(production.url));
  control = await freshDatabase(dockerWorld().adminUrl);
  db = testPool(control.url, 2);
  await saveProject(db, { name: 'shop', config: {} as ProjectConfig, source: {}, folder: null });
  const names = { id: 'shop/production', project: 'shop', stage: 'production', name: 'production' } as const;
  const place = { database: production.database, role: 'odoo', host: 'shop.localhost', url: null, branch: 'main' };
  await saveStage(db, { ...names, ...place, state: 'live' });
  slipway = {
    db,
    clock: { now: () => new Date(), sleep: async () => undefined },
    ports: { sql: openTransactions(admin), secrets: { ensure: async () => new Secret('any') } },
  } as unknown as Slipway;
});
afterAll(async () => {
  await admin?.end();
  await db?.end();
  await control?.drop();
  await server?.stop();
});

const billSince = (moment: Date, back: string | null = former): Promise<RollbackBill> =>
  rollbackBill(slipway, { project: 'shop', since: moment, formerDatabase: back });
const documentOf = (bill: RollbackBill, title: string): BillDocument | undefined =>
  bill.documents.find((one) => one.title === title);
const idsOf = (document: BillDocument | undefined, what: BillRow['what']): number[] =>
  (document?.rows ?? [])
    .filter((row) => row.what === what)
    .map(({ id }) => Number(id))
    .sort((a, b) => a - b);
const sorted = (ids: readonly number[] | undefined): number[] => [...(ids ?? [])].sort((a, b) => a - b);

describe('the bill of going back, on a real Odoo', () => {
  test('lists exactly the orders, invoices, bills, payments, entries and transfers that were made since', async () => {
    const bill = await billSince(since);
    const created = (title: string): number[] => idsOf(documentOf(bill, title), 'created');

    expect(created('Quotations and sales orders')).toEqual(sorted(made['sale.order']));
    expect(created('Customer invoices and credit notes')).toEqual(made['invoice']);
    expect(created('Vendor bills and refunds')).toEqual(made['vendor_bill']);
    expect(created('Payments')).toEqual(made['payment']);
    expect(created('Journal entries')).toEqual(made['entry']);
    expect(created('Receipts, deliveries and transfers')).toEqual(sorted(made['transfers']));
    expect(created('Movements of stock')).toEqual(sorted(made['moves']));
    expect(created('Leads and opportunities')).toEqual(made['crm.lead']);
    expect(created('Contacts')).toEqual(made['res.partner']);
    expect(documentOf(bill, 'Messages and notes')).toMatchObject({ created: 1, rows: [] });
    expect(documentOf(bill, 'Attached files')).toMatchObject({ created: 1, rows: [] });
    expect(bill.unread).toEqual([]);
  });

  test('names no other business document, whatever scheduled actions wrote', async () => {
    const bill = await billSince(since);
    const titles = bill.documents.filter(({ kind }) => kind === 'business').map(({ title }) => title);
    const others = bill.documents.filter(({ kind }) => kind === 'other').map(({ model }) => model);
    const technical = bill.documents.filter(({ kind }) => kind === 'technical');

    expect(titles).toEqual([
      ...['Quotations and sales orders', 'Customer invoices and credit notes', 'Vendor bills and refunds', 'Payments'],
      ...['Journal entries', 'Receipts, deliveries and transfers', 'Movements of stock', 'Leads and opportunities'],
      ...['Contacts', 'Messages and notes', 'Attached files'],
    ]);
    expect(others).toEqual(['project.tags']);
    expect(technical.map(({ model }) => model)).toEqual(
      expect.arrayContaining(['ir.cron', 'ir.ui.view', 'ir.config_parameter']),
    );
    expect(technical.flatMap(({ rows }) => rows)).toEqual([]);
  });

  test('says number, person, time, amount and currency', async () => {
    const bill = await billSince(since);
    const orders = documentOf(bill, 'Quotations and sales orders');
    const row = orders?.rows.find(({ id }) => Number(id) === made['sale.order']?.[0]);

    expect(row).toMatchObject({ name: made.name, who: '__system__', currency: 'USD' });
    expect(Date.parse(row?.at ?? '')).toBeGreaterThanOrEqual(since.getTime() - 1000);
    expect(orders?.totals).toEqual([{ currency: 'USD', amount: canonical(made.total) }]);
    const cents = (amount: string | null | undefined): number => Math.round(Number(amount) * 100);
    expect(orders?.rows.reduce((sum, { amount }) => sum + cents(amount), 0)).toBe(cents(made.total));
    expect(documentOf(bill, 'Customer invoices and credit notes')?.rows[0]?.name).toBe(made.number);
    expect(documentOf(bill, 'Payments')?.totals).toEqual([{ currency: 'USD', amount: canonical(made.paid) }]);
  });

  test('tells what was changed, and with the former database what was deleted', async () => {
    const leads = documentOf(await billSince(since), 'Leads and opportunities');

    expect(leads).toMatchObject({ created: 1, changed: 1, deleted: 2 });
    expect(idsOf(leads, 'changed')).toEqual(made['changed']);
    expect(idsOf(leads, 'deleted')).toEqual(sorted(made['deleted']));
    expect(leads?.rows.filter(({ what }) => what === 'deleted')).toMatchObject([
      { name: expect.stringMatching(/^Opportunity of/), who: null, at: null },
      { name: expect.stringMatching(/^Opportunity of/) },
    ]);
  });

  test('without the former database what was deleted is not known, and all else is the same', async () => {
    const [bare, full] = [await billSince(since, null), await billSince(since)];

    expect(bare.documents.every(({ deleted }) => deleted === null)).toBe(true);
    expect(idsOf(documentOf(bare, 'Payments'), 'created')).toEqual(idsOf(documentOf(full, 'Payments'), 'created'));
    expect(bare.former).toBeNull();
  });

  test('holds nothing of what people make when nothing was made', async () => {
    const bill = await billSince(new Date(Date.now() + 3_600_000), null);

    expect(bill.documents).toEqual([]);
  });

  test('counts what it does not list', async () => {
    const sql = openTransactions(admin);
    const asked = { database: 'production', since: '2020-01-01T00:00:00Z', listed: 3, seconds: 20 };
    const bill = await sql.read(asOdoo(production.url), (session) => readBill(session, null, asked));
    const orders = bill.documents.find(({ title }) => title === 'Quotations and sales orders');

    expect(orders).toMatchObject({ created: 26, changed: 0 });
    expect(orders?.rows).toHaveLength(3);
  });

  test('a model of the company’s own, with a table of its own name, is listed', async () => {
    await onServer(production.url, async (client) => {
      await client.query(`create table rental_contracts (id serial primary key, x_name text, create_date timestamp, write_date timestamp);
        alter table rental_contracts owner to odoo;
        insert into rental_contracts (x_name, create_date) values ('=SUM(A1)', now() at time zone 'UTC')`);
    });

    const bill = await billSince(since);

    expect(documentOf(bill, 'rental_contracts')).toMatchObject({ kind: 'other', created: 1, deleted: 0 });
    expect(documentOf(bill, 'rental_contracts')?.rows[0]).toMatchObject({ name: '=SUM(A1)', who: null, amount: null });
    await onServer(production.url, async (client) => void (await client.query('drop table rental_contracts')));
  });

  test('a table that cannot be read in time, or at all, is named, and the others are read', async () => {
    const sql = openTransactions(admin);
    const asked = { database: 'production', since: since.toISOString(), listed: 3, seconds: 1 };
    await onServer(production.url, async (client) => {
      await client.query('begin; lock table crm_lead in access exclusive mode');
      const bill = await sql.read(asOdoo(production.url), (session) => readBill(session, null, asked));
      await client.query('rollback');

      expect(bill.unread).toEqual([{ model: 'crm.lead', why: expect.stringContaining('statement timeout') }]);
      expect(bill.documents.map(({ title }) => title)).toContain('Payments');
    });
  });

  test('figures are measured of the same environment, and of its address, which is nobody’s', async () => {
    const [environment, address] = [
      await measureEnvironment(slipway, 'shop/production'),
      await measureAddress(slipway, production.url),
    ];

    expect(environment.subject).toBe('shop/production');
    expect(address.subject).toBe(production.database);
    expect(environment.invariants.find(({ id }) => id === 'sales-orders')?.figures[0]).toMatchObject({ unit: 'count' });
    expect(compareInvariants(environment, address)).toMatchObject({ ok: true, broken: [] });
  });

  test('of a production that is not there, or whose former database is not, there is none', async () => {
    await expect(rollbackBill(slipway, { project: 'nothing', since, formerDatabase: null })).rejects.toMatchObject({
      code: 'environment-unknown',
    });
    await expect(billSince(since, 'not_there')).rejects.toMatchObject({ code: 'database-refused' });
  });
});
