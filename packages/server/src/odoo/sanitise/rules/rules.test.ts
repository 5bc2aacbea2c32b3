import { describe, expect, it } from 'vitest';
import { catalogOf, column, integer, label, planOf, ruleOf, table } from '../testing-catalog.contract.ts';

describe('the rules', () => {
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
});
