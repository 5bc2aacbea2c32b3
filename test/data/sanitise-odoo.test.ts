import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../packages/server/src/domain/catalog.ts';
import type { MaskingPlan } from '../../packages/server/src/domain/masking.ts';
import { quoteName } from '../../packages/server/src/domain/quote.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { coverage, undecided } from '../../packages/server/src/odoo/sanitise/coverage/coverage.ts';
import { dictionarySources } from '../../packages/server/src/odoo/sanitise/dictionary.ts';
import { amountFactor } from '../../packages/server/src/odoo/sanitise/masks/session.ts';
import { PLACEHOLDER_KINDS } from '../../packages/server/src/odoo/sanitise/placeholders/placeholders.ts';
import { planMasking } from '../../packages/server/src/odoo/sanitise/plan-masking.ts';
import { NO_PROJECT_RULES } from '../../packages/server/src/odoo/sanitise/project-rules.ts';
import { readCatalog } from '../../packages/server/src/odoo/sanitise/read-catalog.ts';
import { type Company, type CompanyCopy, company } from '../setup/company.ts';
import { inDatabase, onServer } from '../setup/database.ts';
import { copySanitised, prepareSession, selectOf, withClient } from '../setup/sanitised-copy.ts';
import { layOutFiles, runOdoo } from '../setup/sanitised-odoo.ts';
import { compact, valueFinder } from './find-values.ts';

const KEY = new Secret('the key of one customer');
const FILL = new URL('../setup/company-data.py', import.meta.url);
const CHECKS = new URL('./sanitised-checks.py', import.meta.url);

type Rows = readonly Readonly<Record<string, unknown>>[];

const LONG_NUMBER = /\d{7}/;
/** Numbers are also found when blanks and dots stand in them. */
const finderOf = (values: readonly string[]): ((text: string) => readonly string[]) => {
  const bare = new Map<string, string[]>();
  for (const value of values.filter((one) => LONG_NUMBER.test(one))) {
    const letters = value.replaceAll(/[^a-z0-9]/g, '');
    bare.set(letters, [...(bare.get(letters) ?? []), value]);
  }
  const [asTheyAre, compacted] = [valueFinder(values), valueFinder([...bare.keys()])];
  return (text) => {
    const bytes = Buffer.from(text);
    return [...asTheyAre(bytes), ...compacted(compact(bytes)).flatMap((letters) => bare.get(letters) ?? [])];
  };
};

/** Business in a real Odoo 19 with 246 modules, sanitised into another database: the numbers agree, nobody is in there, and Odoo is well. */
describe('a sanitised copy of a company', () => {
  let server: Company;
  let real: CompanyCopy;
  let clean: CompanyCopy;
  let catalog: Catalog;
  let plan: MaskingPlan;

  beforeAll(async () => {
    server = await company();
    real = await server.copy('business');
    const log = await server.odoo(real.database, ['shell', '--no-http'], await readFile(FILL, 'utf8'));
    expect(log).toContain('FILLED partners=24 orders=24 invoices=24');
    await withClient(real.url, async (client) => {
      for (const { types, extension } of PLACEHOLDER_KINDS)
        for (const size of [100, 20_000, 600_000])
          await client.query(
            "insert into ir_attachment (name, type, res_model, res_field, mimetype, db_datas, file_size) values ($1, 'binary', 'res.partner', $1, $2, 'real content', $3)",
            [`placeholder-${size}.${extension}`, types.at(-1), size],
          );
    });
    await withClient(real.url, async (client) => {
      catalog = await readCatalog(async (text, parameters) => (await client.query(text, [...parameters])).rows);
    });
    plan = planMasking(catalog, { key: KEY, rules: NO_PROJECT_RULES });
    clean = await emptyDatabaseBeside(real);
    await copySanitised(server, plan, real, clean);
  });
  afterAll(async () => {
    await clean?.drop();
    await real?.drop();
    await server?.stop();
  });

  const emptyDatabaseBeside = async ({ url }: CompanyCopy): Promise<CompanyCopy> => {
    const database = `clean_${randomBytes(3).toString('hex')}`;
    const admin = inDatabase(url, 'postgres');
    await onServer(admin, (client) =>
      client.query(`create database ${quoteName(database)} template template0 owner odoo`),
    );
    return {
      database,
      url: inDatabase(url, database),
      drop: () =>
        onServer(
          admin,
          async (client) => void (await client.query(`drop database ${quoteName(database)} with (force)`)),
        ),
    };
  };
  const ask = (database: CompanyCopy, text: string): Promise<Rows> =>
    withClient(database.url, async (client) => (await client.query(text)).rows);
  const masked = (table: string, use: MaskingPlan): Promise<Rows> =>
    withClient(real.url, async (client) => {
      await prepareSession(client, use);
      const planned = use.tables.find((one) => one.table === table);
      if (planned === undefined) throw new Error(`no table ${table}`);
      return (await client.query(`${selectOf(planned)} order by t.id`)).rows;
    });

  it('keeps every row that is not left out, and every constraint holds', async () => {
    const [wrong] = await ask(
      clean,
      "select count(*)::int as count from pg_constraint where connamespace = 'public'::regnamespace and not convalidated",
    );
    expect(wrong).toEqual({ count: 0 });
    const constraints = "select count(*)::int as count from pg_constraint where connamespace = 'public'::regnamespace";
    expect(await ask(clean, constraints)).toEqual(await ask(real, constraints));
    for (const table of [
      'res_partner',
      'account_move',
      'account_move_line',
      'sale_order',
      'mail_message',
      'hr_employee',
    ])
      expect(await ask(clean, `select count(*) from ${table}`)).toEqual(
        await ask(real, `select count(*) from ${table}`),
      );
  });

  it('multiplies every amount by one factor, so that entries balance, totals are those of the lines, and what is owed agrees', async () => {
    expect(
      await ask(clean, 'select move_id from account_move_line group by move_id having sum(debit) <> sum(credit)'),
    ).toEqual([]);
    expect(
      await ask(
        clean,
        `select m.id from account_move m where m.move_type <> 'entry' and m.amount_untaxed <>
           (select coalesce(sum(l.price_subtotal), 0) from account_move_line l where l.move_id = m.id and l.display_type = 'product')`,
      ),
    ).toEqual([]);
    const sums = 'select sum(amount_total) as total, sum(amount_residual) as residual from account_move';
    const [before] = await ask(real, sums);
    const [after] = await ask(clean, sums);
    const factor = Number(amountFactor(KEY));
    expect(Math.abs(factor - 1)).toBeGreaterThanOrEqual(0.02);
    expect(Number(after?.['total'])).toBeCloseTo(Number(before?.['total']) * factor, 6);
    expect(Number(after?.['residual'])).toBeCloseTo(Number(before?.['residual']) * factor, 6);
    expect(Number(after?.['residual'])).toBeGreaterThan(0);
  });

  it('gives a person the same mask wherever a copy of the name or address stands', async () => {
    const disagreeing = (text: string) => ask(clean, text).then((rows) => rows.length);
    expect(
      await disagreeing(
        'select from account_move m join res_partner p on p.id = m.partner_id where m.invoice_partner_display_name <> p.name',
      ),
    ).toBe(0);
    expect(
      await disagreeing(
        'select from res_partner c join res_partner p on p.id = c.parent_id where c.commercial_company_name <> p.name or c.complete_name <> p.name || $$, $$ || c.name',
      ),
    ).toBe(0);
    expect(await disagreeing('select from res_partner where email_normalized <> email')).toBe(0);
    expect(await disagreeing('select from res_partner where phone_sanitized <> phone')).toBe(0);
    expect(
      await disagreeing(
        'select from crm_lead l where not exists (select from res_partner p where p.name = l.partner_name and p.email = l.email_from and p.phone = l.phone)',
      ),
    ).toBe(0);
    expect(
      await disagreeing(
        'select from hr_employee e join resource_resource r on r.id = e.resource_id where r.name <> e.name',
      ),
    ).toBe(0);
    expect(
      await disagreeing(
        'select from res_users u join res_partner p on p.id = u.partner_id where u.login like $$%@%$$ and u.login <> p.email',
      ),
    ).toBe(0);
    const [message] = await ask(
      clean,
      "select email_from from mail_message where model = 'res.partner' and subject is not null order by id limit 1",
    );
    const address = String(message?.['email_from']).match(/^"(.*)" <(.*)>$/);
    expect(await ask(clean, `select name from res_partner where email = '${address?.[2]}'`)).toHaveLength(1);
    expect(await ask(clean, `select id from res_partner where name = '${address?.[1]}'`)).toHaveLength(1);
  });

  it('masks the same the second time, and otherwise under another key', async () => {
    const again = planMasking(catalog, { key: KEY, rules: NO_PROJECT_RULES });
    const other = planMasking(catalog, { key: new Secret('the key of another'), rules: NO_PROJECT_RULES });
    expect(again.rules).toBe(plan.rules);
    expect(other.rules).toBe(plan.rules);
    const first = await masked('res_partner', plan);
    expect(await masked('res_partner', again)).toEqual(first);
    const differently = await masked('res_partner', other);
    for (const column of ['name', 'email', 'phone', 'street', 'vat'])
      for (const [i, row] of first.entries())
        if (typeof row[column] === 'string' && row[column] !== '' && column !== 'phone')
          expect(differently[i]?.[column]).not.toBe(row[column]);
  });

  it('holds nobody: none of the real names, addresses and numbers is found in any row', async () => {
    const rows = await ask(real, dictionarySources(catalog).join(' union '));
    const values = rows.map((row) => String(row['value']).toLowerCase());
    expect(values.length).toBeGreaterThan(200);
    const valuesIn = finderOf(values);
    const found = async (database: CompanyCopy): Promise<ReadonlySet<string>> => {
      const hits = new Set<string>();
      for (const { name } of catalog.tables) {
        const rows = await ask(database, `select lower(to_jsonb(t)::text) as row from ${quoteName(name)} t`);
        for (const value of valuesIn(rows.map(({ row }) => row).join('\n'))) hits.add(value);
      }
      return hits;
    };
    expect((await found(real)).size).toBe(new Set(values).size);
    expect([...(await found(clean))]).toEqual([]);
  });

  it('reports every column that can hold text, and none of them is undecided', async () => {
    const report = await withClient(real.url, (client) =>
      coverage(catalog, plan, async (text, parameters) => (await client.query(text, [...parameters])).rows),
    );
    expect(report.columns.length).toBeGreaterThan(2000);
    expect(undecided(report)).toEqual([]);
    expect(report.columns.filter((one) => one.class === 'unknown' && one.fate !== 'left-out')).toEqual([]);
  });

  it('is an Odoo that updates all its modules, lets people in, prints invoices and keeps its books', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-sanitised-'));
    try {
      const kept = (await ask(real, plan.keptFiles ?? '')).map((row) => String(row['store_fname']));
      expect(kept.length).toBeGreaterThan(100);
      await layOutFiles(server, folder, clean.database, plan.placeholders, kept);
      const update = await runOdoo(server, folder, clean.database, ['-u', 'all', '--stop-after-init', '--no-http'], '');
      expect(update).toMatch(/Modules loaded\./);
      expect(update.split('\n').filter((line) => / (ERROR|CRITICAL) /.test(line))).toEqual([]);
      const log = await runOdoo(server, folder, clean.database, ['shell', '--no-http'], await readFile(CHECKS, 'utf8'));
      const answers = Object.fromEntries(
        [...log.matchAll(/^CHECK (\S+) (.*)$/gm)].map(([, name, value]) => [name, value]),
      );
      expect(answers, log.slice(-3000)).toEqual({
        login: '2',
        'invoice-names-partner': 'True',
        'invoice-names-number': 'True',
        'trial-balance': '0.0',
        'ledger-equals-invoices': 'True',
        'found-by-name': 'True',
        'order-total': 'True',
        'attachment-opens': 'True',
        'new-order': 'sale',
        'placeholders-open': String(PLACEHOLDER_KINDS.length),
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
