import { quoteText } from '../../../domain/quote.ts';
import type { Mask } from '../masks/masks.ts';
import { PLACEHOLDER_KINDS, sizeSql, standIns } from '../placeholders/placeholders.ts';
import { type Rule, wordsOf } from './rule.ts';

/** Pictures and files of definitions that modules bring: menus, means of payment, flags, dashboards. */
const MODELS_OF_MODULES =
  wordsOf(`ir.ui.menu ir.module.module payment.method payment.provider res.lang res.country fleet.vehicle.model.brand
  onboarding.onboarding.step spreadsheet.dashboard card.template gamification.badge gamification.karma.rank hr.leave.type
  pos.preset lunch.product.category chatbot.script website.configurator.feature`);

const OF_MODULES = 'module in (select name from ir_module_module)';
const list = (words: readonly string[]): string => words.map(quoteText).join(',');

/** SQL over `t`: rows whose file is taken along. */
export const keptAttachment = (models: readonly string[]): string =>
  [
    `t.id in (select res_id from ir_model_data where model='ir.attachment' and ${OF_MODULES})`,
    // Without a field it is what somebody attached to the record, not a part of it.
    `(t.res_field is not null and t.res_model in (${list(MODELS_OF_MODULES)}) and (t.res_model,t.res_id) in (select model,res_id from ir_model_data where model in (${list(MODELS_OF_MODULES)}) and ${OF_MODULES}))`,
    ...(models.length === 0 ? [] : [`t.res_model in (${list(models)})`]),
  ].join(' or ');

/** Bundles of styles and scripts: Odoo makes them again when somebody asks for one. */
export const attachmentRows = "(t.url is null or t.url not like '/web/assets/%')";

const TYPES = Object.fromEntries(PLACEHOLDER_KINDS.flatMap(({ types }) => types.map((type) => [type, types[0] ?? ''])));
const EXTENSIONS = Object.fromEntries(
  PLACEHOLDER_KINDS.flatMap(({ types, extension }) => types.map((type) => [type, extension])),
);
const json = (value: object): string => `${quoteText(JSON.stringify(value))}::jsonb`;
const typeSql = `coalesce(${json(TYPES)}->>t.mimetype,'application/octet-stream')`;
const standIn = (field: 'path' | 'checksum' | 'bytes'): string => {
  const facts = standIns().map((one) => [
    `${one.type}/${one.size}`,
    field === 'bytes' ? one.content.length : one[field],
  ]);
  return `${json(Object.fromEntries(facts))}->>(${typeSql}||'/'||${sizeSql('coalesce(t.file_size,0)')})`;
};
const HAS_FILE = "(t.type='binary' and (t.store_fname is not null or t.db_datas is not null))";

/** What each column of `ir_attachment` becomes; `kept` is the condition above. */
const COLUMNS: Readonly<Record<string, (kept: string) => string>> = {
  name: (kept) =>
    `case when t.name=t.res_field or (${kept}) then t.name else 'file_'||t.id||'.'||coalesce(${json(EXTENSIONS)}->>t.mimetype,'bin') end`,
  store_fname: (kept) => `case when (${kept}) then t.store_fname when ${HAS_FILE} then ${standIn('path')} end`,
  checksum: (kept) => `case when (${kept}) then t.checksum when ${HAS_FILE} then ${standIn('checksum')} end`,
  file_size: (kept) =>
    `case when (${kept}) then t.file_size when ${HAS_FILE} then (${standIn('bytes')})::int else 0 end`,
  db_datas: (kept) => `case when (${kept}) then t.db_datas end`,
  mimetype: (kept) => `case when (${kept}) then t.mimetype when t.mimetype is not null then ${typeSql} end`,
  url: (kept) => `case when (${kept}) then t.url when t.url is not null then '/slipway/placeholder/'||t.id end`,
  description: (kept) => `case when (${kept}) then t.description end`,
  index_content: () => 'null',
  access_token: () => 'null',
  key: (kept) => `case when (${kept}) then t.key end`,
  res_model: () => 't.res_model',
  res_field: () => 't.res_field',
};

const NAMES: Readonly<Record<string, 'not-personal' | 'secret'>> = {
  res_model: 'not-personal',
  res_field: 'not-personal',
  access_token: 'secret',
};

/** One rule per column, because each column's mask depends on whether the row's file is kept. */
export const attachmentRules = (models: readonly string[]): readonly Rule[] =>
  Object.entries(COLUMNS).map(([column, make]) => {
    const mask: Mask =
      column in NAMES && NAMES[column] === 'not-personal'
        ? { kind: 'keep' }
        : { kind: 'sql', sql: make(keptAttachment(models)) };
    return {
      id: `attachment-${column.replaceAll('_', '-')}`,
      class: NAMES[column] ?? 'personal',
      why: 'Files are replaced by others of the same kind and about the same size; those that modules bring are kept.',
      mask,
      matches: (at) => at.name === `ir_attachment.${column}`,
    };
  });
