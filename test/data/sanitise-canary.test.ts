import { readFile, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../packages/server/src/domain/catalog.ts';
import type { MaskedColumn, MaskingPlan } from '../../packages/server/src/domain/masking.ts';
import { quoteName } from '../../packages/server/src/domain/quote.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { planMasking } from '../../packages/server/src/odoo/sanitise/plan-masking.ts';
import { NO_PROJECT_RULES } from '../../packages/server/src/odoo/sanitise/project-rules.ts';
import { readCatalog } from '../../packages/server/src/odoo/sanitise/read-catalog.ts';
import { type Company, type CompanyCopy, company } from '../setup/company.ts';
import { type Planted, plantCanaries, TOKEN } from '../setup/plant-canaries.ts';
import { prepareSession, selectOf } from '../setup/sanitised-copy.ts';

const REVIEWED = new URL('./sanitise-survivors.txt', import.meta.url);

/** A token of its own in every column of a real Odoo 19 with 246 modules: what comes out is what is meant to come out. */
describe('canaries in every column', () => {
  let server: Company;
  let copy: CompanyCopy;
  let client: pg.Client;
  let catalog: Catalog;
  let plan: MaskingPlan;
  let planted: Planted;

  beforeAll(async () => {
    server = await company();
    copy = await server.copy('canary');
    client = new pg.Client({ connectionString: copy.url });
    await client.connect();
    catalog = await readCatalog(async (text, parameters) => (await client.query(text, [...parameters])).rows);
    plan = planMasking(catalog, { key: new Secret('a key of the canary test'), rules: NO_PROJECT_RULES });
    planted = await plantCanaries(client, catalog);
    await prepareSession(client, plan);
  });
  afterAll(async () => {
    await client?.end();
    await copy?.drop();
    await server?.stop();
  });

  const tokensIn = async (select: string): Promise<readonly string[]> => {
    const { rows } = await client.query(`select to_jsonb(q)::text as row from (${select}) q`);
    return rows.flatMap(({ row }) => {
      const text = String(row);
      // bytea comes as hex.
      const hex = [...text.matchAll(/(?:7a71)(?:3[0-9]){5}78/g)].map(([found]) => Buffer.from(found, 'hex').toString());
      return [...(text.match(TOKEN) ?? []), ...hex];
    });
  };

  it('finds every token when nothing is masked, so that it would find one that was forgotten', async () => {
    const found = new Set<string>();
    for (const table of plan.tables)
      for (const token of await tokensIn(`select * from ${quoteName(table.table)}`)) found.add(token);
    expect(planted.size).toBeGreaterThan(2300);
    expect([...planted].filter(([token]) => !found.has(token))).toEqual([]);
  });

  it('lets through only tokens in columns that somebody has reviewed', async () => {
    const rules = new Map<string, MaskedColumn>(
      plan.tables.flatMap(({ table, columns }) => columns.map((one) => [`${table}.${one.column}`, one] as const)),
    );
    const survivors = new Set<string>();
    for (const table of plan.tables.filter((one) => one.action === 'copy'))
      for (const token of await tokensIn(selectOf(table))) survivors.add(planted.get(token) ?? `unknown ${token}`);
    const lines = [...survivors].map((place) => `${place} ${rules.get(place)?.rule ?? '?'}`).sort();
    const personal = [...survivors].filter((place) => rules.get(place)?.class !== 'not-personal');
    expect(personal).toEqual([]);
    if (process.env['SLIPWAY_TEST_WRITE_SURVIVORS'] !== undefined)
      await writeFile(REVIEWED, `${HEAD}${lines.join('\n')}\n`);
    const reviewed = (await readFile(REVIEWED, 'utf8'))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.filter((line) => !reviewed.includes(line))).toEqual([]);
    expect(reviewed.filter((line) => !lines.includes(line))).toEqual([]);
  });
});

const HEAD = `# Columns whose content leaves production as it is: table.column and the rule that says so. A new line needs a reason, that is a rule.
# framework: Odoo's own definitions, which modules bring along and updates need. choice: one word of a list that the program has, or the
# number of a row. configuration: labels of stages, kinds, taxes, accounts, places, products. structure: paths of numbers.
# document-number: made by a sequence. technical, layout, rate-ids, uuid, property-definition, setting-key, attachment-*: see rules/.
# Written by running test/data/sanitise-canary.test.ts with SLIPWAY_TEST_WRITE_SURVIVORS=1; read every line of the difference.
`;
