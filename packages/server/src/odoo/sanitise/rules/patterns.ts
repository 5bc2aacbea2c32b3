import { isJson, isText, isTextLike, type Mask } from '../masks/masks.ts';
import type { TextMaskName } from '../masks/text-masks.ts';
import { isAmount } from './amounts.ts';
import type { ColumnAt, Rule } from './rule.ts';
import { CONFIGURATION, FRAMEWORK } from './tables.ts';

const KEEP: Mask = { kind: 'keep' };
const NULL: Mask = { kind: 'null' };
const text = (mask: TextMaskName): Mask => ({ kind: 'text', mask });

const ttype = (at: ColumnAt): string => at.column.label?.ttype ?? '';
/** Words of people, as far as Odoo says: not a choice out of a list, and not a pointer to a row. */
const WRITTEN = new Set(['', 'char', 'text', 'html', 'json', 'binary', 'properties']);
const isWritten = (at: ColumnAt): boolean => isTextLike(at.column) && WRITTEN.has(ttype(at));
/** The label alone is not believed: a text column that Odoo calls a date is nobody's choice. */
const isChoice = (at: ColumnAt): boolean =>
  isText(at.column)
    ? ['selection', 'reference'].includes(ttype(at))
    : isJson(at.column) && at.column.label?.companyDependent === true && !isWritten(at);
const called = (pattern: RegExp) => (at: ColumnAt) => isWritten(at) && pattern.test(at.column.name);
/** Brought by no module: in the settings, in Studio, or by SQL. Anything can be in there, whatever the table is for. */
const isMadeByPeople = (at: ColumnAt): boolean =>
  at.column.label?.state === 'manual' || at.table.model?.manual === true;
const isPlainText = (at: ColumnAt) =>
  isText(at.column) || at.column.label?.translate === true || at.column.label?.companyDependent === true;

const SECRET =
  /passw|secret|token|totp|oauth|credential|rtoken|(^|_)(api|private|shared|access|app|kiosk|license|licence|webhook|encryption|signing|publishable)_?key|(^|_)(pass|pwd|pin_code|auth|apikey|jwt|hmac|client_id|refresh)$|(^|_)(api|smtp|ftp|sftp|imap)_(user|username|login)$|private_key|account_sid|(^|_)certificate$|_cert$|webhook_(url|id)/;
const PLACE = /(^|_)(latitude|longitude|lat|lng|ip|ip_address|geo\w*)$/;
const LIFE = /birth|^(visa|permit|work_permit|passport)\w*(date|expir)|(visa|permit)_expire|deceased|death|marri/;
const EMAIL = /(^|_)e?mails?(_|$)|(^|_)(reply_to|bounce|from_filter)$/;
const NO_EMAIL = /layout|color|template|status|state|count|_id$/;
const PHONE = /phone|mobile|(^|_)fax|(^|_)sms_number|^(tel|number)$|whatsapp/;
const BANK = /iban|acc_number|account_number|clearing_number|bank_acc/;
const OFFICIAL =
  /(^|_)(vat|ssn|ssnid|tin|siret|siren|nif|cif|pan|gstin|cpf|cnpj|rut|curp|rfc)(_|$)|passport|identification|tax_?id|national_id|company_registry|permit_no|visa_no|license_plate|car_plate|vin_sn|mobility_card|peppol_endpoint|global_location|edi_identification|social_security|badge/;
const STREET = /(^|_)(street|street2|street3|address|location|place_of_birth)$|_address$/;
const CITY = /(^|_)(city|town|village|suburb)$/;
const ZIP = /(^|_)(zip|postcode|postal_code|zipcode)$/;
const URL = /(^|_)(url|link|linkedin|uri)(_|$)|(^|_)website$|social_|linkedin/;
const NAME =
  /(^|_)(first_?name|last_?name|surname|middle_name|full_?name|nick_?name|contact_name|contact_person|partner_name|customer_name|employee_name|author|author_name|signed_by|holder_name|cardholder|cashier|spouse_\w*name|emergency_contact|mother|father)$/;
const FILE_NAME = /(^|_)(file_?name|img_name|image_brand_name)$/;
const NUMBER = /(^|_)(ref|reference|serial|serial_no|barcode|code|origin|lot_name|external_id|uuid|guid)$/;

/** Read from the top: the first that fits decides. What nothing fits is masked and reported as unknown. */
export const PATTERNS: readonly Rule[] = [
  {
    id: 'secret',
    class: 'secret',
    why: 'By its name it lets somebody in somewhere.',
    mask: (at) => (/access_token$|_uuid$/.test(at.column.name) && isText(at.column) ? text('token') : NULL),
    matches: (at) => called(SECRET)(at) && (!FRAMEWORK.test(at.table.name) || isMadeByPeople(at)),
  },
  {
    id: 'place',
    class: 'personal',
    why: 'Where somebody is, to the metre.',
    mask: NULL,
    matches: (at) => PLACE.test(at.column.name) && !/^(smallint|integer|bigint|boolean)$/.test(at.column.type),
  },
  {
    id: 'life',
    class: 'personal',
    why: "Dates of somebody's life.",
    mask: { kind: 'date' },
    matches: (at) => /^(date|timestamp)/.test(at.column.type) && LIFE.test(at.column.name),
  },
  {
    id: 'amount',
    class: 'personal',
    why: 'What somebody pays, earns or owes; sums go on being right.',
    mask: { kind: 'amount' },
    matches: isAmount,
  },
  {
    id: 'structure',
    class: 'not-personal',
    why: 'Numbers, moments, yes and no, rows of other tables.',
    mask: KEEP,
    matches: (at) => !isTextLike(at.column) || at.column.name === 'parent_path',
  },
  {
    id: 'framework',
    class: 'not-personal',
    why: "Odoo's own definitions.",
    mask: KEEP,
    matches: (at) => FRAMEWORK.test(at.table.name) && !isMadeByPeople(at),
  },
  {
    id: 'choice',
    class: 'not-personal',
    why: 'One of a list that the program brings, or the number of a row.',
    mask: KEEP,
    matches: isChoice,
  },
  {
    id: 'property-definition',
    class: 'not-personal',
    why: 'Labels of fields, no values.',
    mask: KEEP,
    matches: (at) => ttype(at) === 'properties_definition',
  },
  {
    id: 'email',
    class: 'personal',
    why: 'Addresses of people.',
    mask: text('email'),
    matches: (at) => called(EMAIL)(at) && !NO_EMAIL.test(at.column.name) && isPlainText(at) && ttype(at) !== 'html',
  },
  {
    id: 'phone',
    class: 'personal',
    why: 'Numbers of people.',
    mask: text('phone'),
    matches: (at) => called(PHONE)(at) && isPlainText(at),
  },
  {
    id: 'bank-account',
    class: 'personal',
    why: 'Accounts at a bank.',
    mask: text('iban'),
    matches: (at) => called(BANK)(at) && isPlainText(at),
  },
  {
    id: 'official-number',
    class: 'personal',
    why: 'By which an office knows a person or company.',
    mask: text('tax-id'),
    matches: (at) => called(OFFICIAL)(at) && isPlainText(at),
  },
  {
    id: 'properties',
    class: 'personal',
    why: 'Fields that users made for themselves.',
    mask: NULL,
    matches: (at) => ttype(at) === 'properties',
  },
  {
    id: 'file-name',
    class: 'personal',
    why: 'What somebody called a file.',
    mask: NULL,
    matches: called(FILE_NAME),
  },
  {
    id: 'configuration',
    class: 'not-personal',
    why: 'How the company works: labels of its stages, kinds, taxes, places, products.',
    mask: KEEP,
    matches: (at) => CONFIGURATION.has(at.table.name) && at.column.label !== null && !isMadeByPeople(at),
  },
  { id: 'html', class: 'personal', why: 'Free text.', mask: text('html'), matches: (at) => ttype(at) === 'html' },
  {
    id: 'json',
    class: 'personal',
    why: 'Anything can be in there.',
    mask: NULL,
    matches: (at) => isJson(at.column) && !isPlainText(at),
  },
  {
    id: 'file',
    class: 'personal',
    why: 'Anything can be in there.',
    mask: NULL,
    matches: (at) => !isText(at.column) && !isJson(at.column),
  },
  { id: 'street', class: 'personal', why: 'Where somebody lives.', mask: text('street'), matches: called(STREET) },
  { id: 'city', class: 'personal', why: 'Where somebody lives.', mask: text('city'), matches: called(CITY) },
  { id: 'zip', class: 'personal', why: 'Where somebody lives.', mask: text('zip'), matches: called(ZIP) },
  {
    id: 'url',
    class: 'personal',
    why: "Somebody's page, or a link that lets in.",
    mask: text('url'),
    matches: called(URL),
  },
  {
    id: 'name',
    class: 'personal',
    why: 'By its name it holds names of people.',
    mask: text('name'),
    matches: called(NAME),
  },
  {
    id: 'free-text',
    class: 'personal',
    why: 'Free text.',
    mask: text('text'),
    matches: (at) => ttype(at) === 'text' && at.column.label?.state === 'base',
  },
  {
    id: 'number-of-person',
    class: 'personal',
    why: 'A number by which somebody knows a row of a person.',
    mask: text('reference'),
    matches: (at) => at.person && called(NUMBER)(at),
  },
  {
    id: 'made-by-people',
    class: 'personal',
    why: 'A field made in the settings or in Studio.',
    mask: text('text'),
    matches: isMadeByPeople,
  },
  {
    id: 'of-a-person',
    class: 'personal',
    why: 'Text on a row that belongs to a person.',
    mask: text('text'),
    matches: (at) => at.person && at.column.label !== null,
  },
  {
    id: 'unknown',
    class: 'unknown',
    why: 'No rule knows it: masked, and searched for what looks personal.',
    mask: text('text'),
    matches: () => true,
  },
];
