import { describe, expect, it } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { driftAgainst, reviewedColumns } from './drift.ts';
import { planMasking } from './plan-masking.ts';
import { NO_PROJECT_RULES, type ProjectRules } from './project-rules.ts';
import { catalogOf, column, integer, key, label, planOf, ruleOf, table } from './testing-catalog.contract.ts';

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
