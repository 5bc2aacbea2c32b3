import { quoteText } from '../../packages/server/src/domain/quote.ts';
import { PARAMETERS } from '../../packages/server/src/odoo/sanitise/rules/specials.ts';

/** A row as it is in real life, where one row of tokens would be left out or masked for another reason. */
export interface RealRow {
  readonly table: string;
  /** Stands in the list of survivors behind the column. */
  readonly about: string;
  /** SQL by column; each TOKEN becomes one of its own. What the table demands besides is filled in. */
  readonly values: Readonly<Record<string, string>>;
  /** Rows that have to give way to it. */
  readonly instead?: string;
  /** Columns of which it is wanted that this row's words leave, although the column is masked elsewhere. */
  readonly kept?: readonly string[];
  /** What this row's words are, whatever their column is. */
  readonly holds?: 'personal' | 'secret';
  /** Its file in the filestore, which names nothing else; `kept`: wanted in staging. */
  readonly file?: { readonly content: string; readonly kept: boolean };
  /** A module brought it: there is a name for it in `ir_model_data`. */
  readonly ofModule?: string;
}

const parameter = (key: string, kept = false): RealRow => ({
  table: 'ir_config_parameter',
  about: key,
  values: { key: quoteText(key), value: "'TOKEN'" },
  instead: `key = ${quoteText(key)}`,
  ...(kept ? { kept: ['value'] } : {}),
});

const attachment = (
  about: string,
  values: Readonly<Record<string, string>>,
  more: Pick<RealRow, 'kept' | 'holds' | 'file' | 'ofModule'> = {},
): RealRow => ({
  table: 'ir_attachment',
  about,
  values: { type: "'binary'", mimetype: "'application/pdf'", file_size: '700', ...values },
  ...more,
});
const FILE = { content: '%PDF-1.4 a real file: TOKEN', kept: false };

/** Somebody's credentials, under the names that Odoo and others give them. */
const SETTINGS =
  `mail.twilio_account_token mail.twilio_account_sid mail.sfu_local_key mail.sfu_server_url mail.google_translate_api_key
  google_gmail_client_id google_gmail_client_secret google_calendar_client_id google_calendar_client_secret
  microsoft_outlook_client_id microsoft_outlook_client_secret microsoft_calendar_client_id microsoft_calendar_client_secret
  cloud_storage_google_account_info cloud_storage_azure_client_secret unsplash.access_key unsplash.app_id discuss.tenor_api_key
  google_maps.signed_static_api_secret base_geolocalize.google_map_api_key recaptcha_private_key recaptcha_public_key
  cf.turnstile_secret_key database.enterprise_code my_custom.api_token erp.password crm.iap.lead.enrich.setting web.base.url
  report.url database.secret database.uuid iap.endpoint mail.catchall.domain`.split(/\s+/);

const HOSTILE = `'<p title="TOKEN" data-x=''TOKEN''>a</p><!-- TOKEN --><TOKEN><b TOKEN>x</b><a href="mailto:TOKEN@x.test">y</a><p TOKEN < TOKEN <i>z</i>TOKEN <<p>>TOKEN</p><script>TOKEN</script><P CLASS=TOKEN>t</P><p/TOKEN>u<TOKEN'`;

export const REAL_ROWS: readonly RealRow[] = [
  ...SETTINGS.map((key) => parameter(key)),
  ...PARAMETERS.map((key) => parameter(key, true)),
  attachment(
    'a file of a contact',
    {
      name: "'Passport of TOKEN.pdf'",
      res_model: "'res.partner'",
      res_id: '1',
      index_content: "'TOKEN'",
      description: "'TOKEN'",
      url: "'/my/TOKEN'",
    },
    { file: FILE },
  ),
  attachment('a file in chatter', { name: "'TOKEN.docx'", res_model: "'mail.message'", res_id: '1' }, { file: FILE }),
  attachment(
    'a file of a type that nobody knows',
    { name: "'TOKEN'", mimetype: "'application/x-TOKEN'" },
    { file: FILE },
  ),
  attachment('a picture in the database', {
    name: "'image_1920'",
    res_model: "'res.partner'",
    res_field: "'image_1920'",
    res_id: '1',
    mimetype: "'image/TOKEN'",
    db_datas: "convert_to('TOKEN', 'UTF8')",
  }),
  attachment(
    'a file that somebody attached to a menu',
    {
      name: "'TOKEN'",
      res_model: "'ir.ui.menu'",
      res_id: "(select min(res_id) from ir_model_data where model = 'ir.ui.menu' and module = 'base')",
    },
    { file: FILE },
  ),
  attachment(
    'a bundle of scripts',
    { name: "'TOKEN'", res_model: "'ir.ui.view'", url: "'/web/assets/TOKEN'", mimetype: "'text/css'" },
    { file: FILE },
  ),
  attachment(
    'a key that signs invoices',
    { name: "'content'", res_model: "'certificate.key'", res_field: "'content'", res_id: '1' },
    { holds: 'secret', file: FILE },
  ),
  attachment(
    'a file that a module brings',
    { name: "'TOKEN'", description: "'TOKEN'", url: "'/web/image/TOKEN'" },
    {
      kept: ['name', 'description', 'url', 'store_fname', 'checksum'],
      file: { ...FILE, kept: true },
      ofModule: 'website',
    },
  ),
  attachment(
    'the picture of a definition that a module brings',
    {
      name: "'image'",
      res_model: "'payment.method'",
      res_field: "'image'",
      res_id: "(select min(res_id) from ir_model_data where model = 'payment.method' and module like 'payment%')",
    },
    { kept: ['store_fname', 'checksum'], file: { ...FILE, kept: true } },
  ),
  {
    table: 'mail_message',
    about: 'hostile html in chatter',
    values: {
      body: HOSTILE,
      email_from: `'"Jane TOKEN" <TOKEN@x.test>, TOKEN@y.test; "TOKEN, B" <x@TOKEN.test>'`,
      subject: "'TOKEN'",
      model: "'res.partner'",
    },
  },
  {
    table: 'ir_model_data',
    about: 'an imported record',
    values: { module: "'__import__'", name: "'TOKEN'", model: "'res.partner'", res_id: '1' },
  },
  {
    table: 'ir_model_data',
    about: 'a module that nobody knows',
    values: { module: "'TOKEN'", name: "'x'", model: "'res.partner'", res_id: '2' },
  },
  {
    table: 'ir_model_data',
    about: 'a record that a module brings',
    values: { module: "'base'", name: "'TOKEN'", model: "'res.partner'", res_id: '1' },
    kept: ['name'],
  },
  { table: 'res_users', about: 'an address as login', values: { login: "'TOKEN@firma.test'", password: "'TOKEN'" } },
  {
    table: 'res_users',
    about: 'a word as login',
    values: { login: "'TOKEN'", password: "'TOKEN'", totp_secret: "'TOKEN'" },
  },
  {
    table: 'res_users',
    about: 'an address with capitals as login',
    values: { login: "'Upper.TOKEN@firma.test'", password: "'TOKEN'" },
  },
  {
    table: 'ir_mail_server',
    about: 'an archived server',
    values: { smtp_host: "'TOKEN'", smtp_user: "'TOKEN'", smtp_pass: "'TOKEN'", active: 'false' },
  },
  {
    table: 'payment_provider',
    about: 'stripe',
    values: {
      code: "'stripe'",
      state: "'enabled'",
      stripe_secret_key: "'TOKEN'",
      stripe_publishable_key: "'TOKEN'",
      stripe_webhook_secret: "'TOKEN'",
    },
  },
  {
    table: 'mail_template',
    about: 'addresses',
    values: { email_from: "'TOKEN@firma.test'", reply_to: "'{{ object.x }} TOKEN'" },
  },
  {
    table: 'mail_template',
    about: 'an expression as address',
    values: { email_from: "'{{ object.TOKEN }}'" },
    kept: ['email_from'],
  },
  {
    table: 'blog_post',
    about: 'translations',
    values: { name: `'{"en_US": "TOKEN", "fr_BE": "TOKEN", "de_DE": {"x": "TOKEN"}}'`, subtitle: `'["TOKEN"]'` },
  },
  {
    table: 'res_partner',
    about: 'barcodes per company',
    values: { barcode: `'{"1": "TOKEN", "2": null}'`, properties: `'{"a": {"b": "TOKEN"}}'` },
  },
  {
    table: 'account_move',
    about: 'references',
    values: { name: "'INV/1'", payment_reference: "'TOKEN'", invoice_origin: "'S00001 TOKEN'", ref: "'TOKEN'" },
  },
  {
    table: 'account_journal',
    about: 'called by an account number',
    holds: 'personal',
    values: { code: "'BNK9'", name: `'{"en_US": "BE71 0961 2345 6769 TOKEN", "fr_BE": "TOKEN 096123456769"}'` },
  },
  ...[
    "key = 'sk_live_TOKEN'",
    "call('https://robot:TOKEN@erp.example.com')",
    "'-----BEGIN PRIVATE KEY----- TOKEN'",
  ].map(
    (code): RealRow => ({
      table: 'ir_act_server',
      about: `code with a credential: ${code}`,
      holds: 'secret',
      values: { state: "'code'", code: quoteText(code) },
    }),
  ),
  {
    table: 'ir_default',
    about: 'what a user wants to find filled in',
    values: { user_id: '2', json_value: `'"TOKEN"'` },
  },
  {
    table: 'ir_embedded_actions',
    about: 'a view that a user saved',
    values: {
      user_id: '2',
      name: `'{"en_US": "TOKEN"}'`,
      domain: `'[("partner_id.name", "=", "TOKEN")]'`,
      context: `'{"default_name": "TOKEN"}'`,
    },
  },
];

/** Columns that somebody added by SQL or in Studio, of every type that words can stand in. */
export const STRANGE_COLUMNS: readonly string[] = [
  'create domain canary_note as text',
  'create type canary_pair as (a text, b text)',
  `create table x_canary (id integer primary key, tags text[], names varchar(40)[], docs jsonb[], flat json, tree xml, note canary_note,
     pair canary_pair, fixed char(20), file bytea, words tsvector, called name, "A ""quoted"" name" text not null)`,
  'alter table res_partner add column x_tags text[], add column x_raw text, add column x_token_of_bank text',
  'alter table product_template add column x_studio_contact varchar, add column x_raw text',
  'alter table res_country add column x_studio_agent varchar',
  ...[
    ['product.template', 'x_studio_contact'],
    ['res.country', 'x_studio_agent'],
  ].map(
    ([model, field]) =>
      `insert into ir_model_fields (id, model, model_id, name, ttype, state, field_description)
       select nextval('ir_model_fields_id_seq'), '${model}', id, '${field}', 'char', 'manual', '{"en_US": "Contact"}' from ir_model where model = '${model}'`,
  ),
];
