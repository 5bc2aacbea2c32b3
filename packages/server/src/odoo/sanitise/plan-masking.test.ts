import { describe, expect, it } from 'vitest';
import type { Catalog, ColumnFacts, FieldLabel, ForeignKey, TableFacts } from '../../domain/catalog.ts';
import { Secret } from '../../domain/secret.ts';
import { driftAgainst, reviewedColumns } from './drift.ts';
import { planMasking } from './plan-masking.ts';
import { NO_PROJECT_RULES, type ProjectRules } from './project-rules.ts';

const label = (facts: Partial<FieldLabel>): FieldLabel => ({
  model: 'x.lab',
  field: 'c',
  ttype: 'char',
  relation: null,
  translate: false,
  companyDependent: false,
  related: null,
  state: 'base',
  ...facts,
});
const column = (name: string, facts: Partial<ColumnFacts> = {}): ColumnFacts => ({
  name,
  type: 'character varying',
  maxLength: null,
  notNull: false,
  generated: false,
  unique: false,
  label: label({ field: name }),
  ...facts,
});
const id = column('id', { type: 'integer', notNull: true, unique: true, label: label({ ttype: 'integer' }) });
const key = (from: string, references: string, facts: Partial<ForeignKey> = {}): ForeignKey => ({
  column: from,
  references,
  referencesColumn: 'id',
  notNull: false,
  onDelete: 'set null',
  ...facts,
});
const table = (name: string, columns: readonly ColumnFacts[], facts: Partial<TableFacts> = {}): TableFacts => ({
  name,
  primaryKey: ['id'],
  rows: 1,
  bytes: 1,
  columns: [id, ...columns],
  foreignKeys: [],
  model: { name: name.replaceAll('_', '.'), transient: false, manual: false },
  ...facts,
});
const catalogOf = (...tables: readonly TableFacts[]): Catalog => ({
  database: 'shop',
  server: 170_000,
  series: '19.0',
  modules: [{ name: 'base', version: '19.0.1.3' }],
  tables,
});
const planOf = (catalog: Catalog, rules: Partial<ProjectRules> = {}) =>
  planMasking(catalog, { key: new Secret('k'), rules: { ...NO_PROJECT_RULES, ...rules } });
const ruleOf = (catalog: Catalog, name: string, rules: Partial<ProjectRules> = {}) => {
  const [tableName, columnName] = name.split('.');
  const planned = planOf(catalog, rules).tables.find((one) => one.table === tableName);
  return planned?.columns.find((one) => one.column === columnName);
};
const integer = { type: 'integer', label: label({ ttype: 'many2one' }) };

describe('a masking plan', () => {
  it('masks a column that no rule knows, and says that it is unknown', () => {
    const lab = catalogOf(table('x_lab', [column('sample')]));
    expect(ruleOf(lab, 'x_lab.sample')).toMatchObject({ class: 'unknown', rule: 'unknown' });
    expect(ruleOf(lab, 'x_lab.sample')?.expression).not.toBeNull();
  });

  it('masks a column that Odoo knows nothing of', () => {
    const raw = catalogOf(table('raw', [column('sample', { label: null })], { model: null }));
    expect(ruleOf(raw, 'raw.sample')).toMatchObject({ class: 'unknown' });
    const odd = catalogOf(
      table('raw', [column('list', { type: 'text[]', label: null }), column('doc', { type: 'xml', label: null })]),
    );
    expect(ruleOf(odd, 'raw.list')?.expression).toBe('null::text[]');
    expect(ruleOf(odd, 'raw.doc')?.expression).toBe('null::xml');
  });

  it('does not believe a label that the type of the column contradicts', () => {
    const odd = catalogOf(
      table('x_lab', [
        column('day', { label: label({ ttype: 'date' }) }),
        column('owner', { type: 'jsonb', label: label({ ttype: 'many2one' }) }),
        column('account', { type: 'jsonb', label: label({ ttype: 'many2one', companyDependent: true }) }),
      ]),
    );
    expect(ruleOf(odd, 'x_lab.day')).toMatchObject({ class: 'unknown' });
    expect(ruleOf(odd, 'x_lab.owner')?.expression).toBe('null::jsonb');
    expect(ruleOf(odd, 'x_lab.account')).toMatchObject({ rule: 'choice', expression: null });
  });

  it('knows what is personal by name and by type', () => {
    const custom = catalogOf(
      table('x_lab', [
        column('x_contact_email'),
        column('x_mobile'),
        column('x_iban'),
        column('x_vat'),
        column('x_street'),
        column('x_api_key'),
        column('x_note', { type: 'text', label: label({ ttype: 'html' }) }),
        column('x_fields', { type: 'jsonb', label: label({ ttype: 'properties' }) }),
        column('x_price', { type: 'numeric', label: label({ ttype: 'monetary' }) }),
        column('x_birthday', { type: 'date', label: label({ ttype: 'date' }) }),
        column('x_state', { label: label({ ttype: 'selection' }) }),
        column('x_done', { type: 'boolean', label: label({ ttype: 'boolean' }) }),
      ]),
    );
    const rules = Object.fromEntries(planOf(custom).tables[0]?.columns.map((one) => [one.column, one.rule]) ?? []);
    expect(rules).toEqual({
      id: 'structure',
      x_contact_email: 'email',
      x_mobile: 'phone',
      x_iban: 'bank-account',
      x_vat: 'official-number',
      x_street: 'street',
      x_api_key: 'secret',
      x_note: 'html',
      x_fields: 'properties',
      x_price: 'amount',
      x_birthday: 'life',
      x_state: 'choice',
      x_done: 'structure',
    });
  });

  it('masks what people added to a table of the program or of configuration, by hand or by SQL', () => {
    const manual = { label: label({ state: 'manual' }) };
    const made = catalogOf(
      table('product_template', [
        column('description'),
        column('x_studio_contact', manual),
        column('x_raw', { label: null }),
        column('product_properties', { type: 'jsonb', label: label({ ttype: 'properties' }) }),
      ]),
      table('res_country', [column('address_format'), column('x_agent', manual), column('x_api_key', manual)]),
    );
    expect(ruleOf(made, 'product_template.description')).toMatchObject({ rule: 'configuration', expression: null });
    expect(ruleOf(made, 'product_template.x_studio_contact')).toMatchObject({ class: 'personal' });
    expect(ruleOf(made, 'product_template.x_raw')).toMatchObject({ class: 'unknown' });
    expect(ruleOf(made, 'product_template.product_properties')?.expression).toBe('null::jsonb');
    expect(ruleOf(made, 'res_country.address_format')).toMatchObject({ rule: 'framework', expression: null });
    expect(ruleOf(made, 'res_country.x_agent')).toMatchObject({ class: 'personal' });
    expect(ruleOf(made, 'res_country.x_api_key')).toMatchObject({ class: 'secret' });
  });

  it('masks what lets somebody in although it is called a code or a number', () => {
    const links = catalogOf(
      table('discuss_channel', [column('uuid', { unique: true })]),
      table('link_tracker_code', [column('code', { unique: true })]),
      table('survey_survey', [column('session_code', { unique: true })]),
      table('pos_config', [column('self_ordering_image_brand_name'), column('customer_display_bg_img_name')]),
    );
    for (const { columns } of planOf(links).tables)
      for (const one of columns.filter((each) => each.column !== 'id')) {
        expect(one.class).not.toBe('not-personal');
        expect(one.expression).not.toBeNull();
      }
  });

  it('keeps the name of a journal, and masks one that is an account number', () => {
    const of = (type: string) =>
      ruleOf(catalogOf(table('account_journal', [column('name', { type })])), 'account_journal.name');
    for (const type of ['jsonb', 'character varying'])
      expect(of(type)).toMatchObject({
        class: 'not-personal',
        rule: 'journal-name',
        expression: expect.stringMatching(/case when \S+ ~ .* then .*sha256.* else \S+ end/),
      });
  });

  it('keeps the code of actions unless a credential stands in it', () => {
    const code = ruleOf(catalogOf(table('ir_act_server', [column('code', { type: 'text' })])), 'ir_act_server.code');
    expect(code).toMatchObject({ class: 'not-personal', rule: 'action-code' });
    expect(code?.expression).toMatch(/^case when t\.code ~ '.*sk.*' then '# Slipway: .*' else t\.code end$/s);
  });

  it('leaves behind what a user saved for himself: defaults, and views that no module brings', () => {
    const own = catalogOf(
      table('ir_default', [column('json_value'), column('user_id', integer)]),
      table('ir_embedded_actions', [column('domain'), column('context'), column('name', { type: 'jsonb' })]),
    );
    const [defaults, views] = planOf(own).tables;
    expect(defaults?.where).toBe('t.user_id is null');
    for (const one of views?.columns.slice(1) ?? []) expect(one.expression).toMatch(/^case when .*ir_model_data/);
  });

  it('takes text on rows that hang on a person for personal, also where they hang on such a row', () => {
    const persons = catalogOf(
      table('res_partner', []),
      table('x_visit', [column('partner_id', integer), column('words')], {
        foreignKeys: [key('partner_id', 'res_partner')],
      }),
      table('x_visit_line', [column('visit_id', integer), column('words')], {
        foreignKeys: [key('visit_id', 'x_visit', { onDelete: 'cascade' })],
      }),
      table('x_color', [column('create_uid', integer), column('words')], {
        foreignKeys: [key('create_uid', 'res_users')],
      }),
    );
    expect(ruleOf(persons, 'x_visit.words')).toMatchObject({ class: 'personal', rule: 'of-a-person' });
    expect(ruleOf(persons, 'x_visit_line.words')).toMatchObject({ class: 'personal' });
    expect(ruleOf(persons, 'x_color.words')).toMatchObject({ class: 'unknown' });
  });

  it('leaves out wizards, queues and credentials, and what cannot be without a row of theirs; pointers to them become null', () => {
    const plan = planOf(
      catalogOf(
        table('x_wizard', [], { model: { name: 'x.wizard', transient: true, manual: false } }),
        table('x_wizard_line', [column('wizard_id', integer)], {
          foreignKeys: [key('wizard_id', 'x_wizard', { notNull: true })],
        }),
        table('mail_mail', [column('body')]),
        table('x_trace', [column('mail_id', integer)], { foreignKeys: [key('mail_id', 'mail_mail')] }),
        table('res_users_apikeys', [column('key')]),
      ),
    );
    const actions = Object.fromEntries(plan.tables.map((one) => [one.table, one.action]));
    expect(actions).toEqual({
      x_wizard: 'empty',
      x_wizard_line: 'empty',
      mail_mail: 'empty',
      x_trace: 'copy',
      res_users_apikeys: 'empty',
    });
    expect(plan.tables.find((one) => one.table === 'x_trace')?.columns[1]).toMatchObject({
      rule: 'row-left-out',
      expression: 'null::integer',
    });
  });

  it('leaves generated columns to PostgreSQL', () => {
    const generated = catalogOf(table('x_lab', [column('sum', { generated: true })]));
    expect(planOf(generated).tables[0]?.columns.map((one) => one.column)).toEqual(['id']);
  });

  it('takes only settings of a list along, and never a secret among them', () => {
    const settings = planOf(catalogOf(table('ir_config_parameter', [column('key'), column('value', { type: 'text' })])))
      .tables[0];
    expect(settings?.where).toContain("'base.login_cooldown_after'");
    expect(settings?.where).not.toMatch(/client_secret|twilio_account|access_key|_token/);
    expect(settings?.columns.find((one) => one.column === 'value')?.expression).toMatch(/database\.secret.*sha256/s);
  });

  it('knows where older series keep values per company and translations', () => {
    const older = catalogOf(
      table('ir_property', [
        column('value_reference'),
        column('value_text', { type: 'text' }),
        column('value_float', { type: 'numeric' }),
      ]),
      table('ir_translation', [column('value', { type: 'text' }), column('lang')]),
    );
    expect(ruleOf(older, 'ir_property.value_reference')?.expression).toBeNull();
    expect(ruleOf(older, 'ir_property.value_text')?.expression).toBe('null::text');
    expect(ruleOf(older, 'ir_property.value_float')?.expression).toContain('slipway.factor');
    expect(ruleOf(older, 'ir_translation.value')?.expression).toContain('ir_module_module');
  });

  it('lets a project say what a column and a table hold', () => {
    const lab = catalogOf(
      table('x_lab', [column('sample'), column('amount', { type: 'numeric' })]),
      table('x_log', [column('line')]),
    );
    const rules: Partial<ProjectRules> = {
      columns: { 'x_lab.sample': 'keep', 'x_lab.amount': 'mask' },
      tables: { x_log: 'empty' },
    };
    expect(ruleOf(lab, 'x_lab.sample', rules)).toEqual({
      column: 'sample',
      class: 'not-personal',
      rule: 'project:x_lab.sample',
      expression: null,
    });
    expect(ruleOf(lab, 'x_lab.amount', rules)?.expression).toContain('slipway.factor');
    expect(planOf(lab, rules).tables[1]?.action).toBe('empty');
    const kept = catalogOf(table('mail_mail', [column('body')]));
    expect(planOf(kept, { tables: { mail_mail: 'keep' } }).tables[0]?.action).toBe('copy');
  });

  it('refuses rules that fit nothing, all of them at once and with near names', () => {
    const lab = catalogOf(
      table('x_lab', [column('sample'), column('partner_id', integer)], {
        foreignKeys: [key('partner_id', 'res_partner')],
      }),
    );
    const columns = {
      'x_lab.sampel': 'mask',
      'x_lib.sample': 'mask',
      'x_lab.id': 'mask',
      'x_lab.partner_id': 'email',
      'x_lab.sample': 'amount',
    } as const;
    const mistaken = () => planOf(lab, { columns, tables: { x_log: 'empty' }, keepAttachments: ['x.lap'] });
    expect(mistaken).toThrow(/x_lab has no column sampel; near it: sample/);
    expect(mistaken).toThrow(/no table x_lib; near it: x_lab/);
    expect(mistaken).toThrow(/sanitise\.tables\.x_log: there is no table x_log/);
    expect(mistaken).toThrow(/sanitise\.keep_attachments: there is no model x\.lap with a table; near it: x\.lab/);
    expect(mistaken).toThrow(/x_lab\.id: a primary key is kept/);
    expect(mistaken).toThrow(/x_lab\.partner_id: .*can be kept or null, not email/);
    expect(mistaken).toThrow(/x_lab\.sample: amount is for numbers/);
  });

  it('refuses a database that is not one of Odoo', () => {
    expect(() => planOf({ ...catalogOf(), series: null })).toThrow(/not one of Odoo/);
  });

  it('has the same version under every key and another one for other rules', () => {
    const lab = catalogOf(table('x_lab', [column('sample')]));
    const other = planMasking(lab, { key: new Secret('other'), rules: NO_PROJECT_RULES });
    expect(other.rules).toBe(planOf(lab).rules);
    expect(planOf(lab, { columns: { 'x_lab.sample': 'keep' } }).rules).not.toBe(planOf(lab).rules);
  });

  it('quotes whatever a table or column is called', () => {
    const odd = catalogOf(table('x"lab', [column('Sam"ple; drop')]));
    expect(planOf(odd).tables[0]?.columns[1]?.expression).toContain('t."Sam""ple; drop"');
  });
});

describe('drift of the schema against what was reviewed', () => {
  const before = catalogOf(table('x_lab', [column('sample'), column('colour')]));
  const after = catalogOf(
    table('x_lab', [column('sample', { label: label({ ttype: 'selection' }) }), column('patient')]),
  );

  it('names columns that are new, gone, or decided upon by another rule', () => {
    const drift = driftAgainst(reviewedColumns(planOf(before)), reviewedColumns(planOf(after)));
    expect(drift.added.map((one) => one.column)).toEqual(['patient']);
    expect(drift.removed.map((one) => one.column)).toEqual(['colour']);
    expect(drift.changed.map(({ now, before: old }) => [now.column, old.rule, now.rule])).toEqual([
      ['sample', 'unknown', 'choice'],
    ]);
  });

  it('is none while nothing changes', () => {
    const same = driftAgainst(reviewedColumns(planOf(before)), reviewedColumns(planOf(before)));
    expect(same).toEqual({ added: [], removed: [], changed: [] });
  });
});
