import { quoteText } from '../../../domain/quote.ts';
import { keySql } from './session.ts';

/**
 * SQL that makes one text of another. The same value gives the same mask in whichever table it stands, so copies of a name
 * agree without a join, and different values give different masks, so what was unique stays unique.
 * `value` is SQL that is neither null nor empty; `row` is SQL that tells the rows of its table apart.
 */
export type TextMask = (value: string, row: string) => string;

/** `h` is 32 bytes that nobody can tell without the key; `offset 0` keeps PostgreSQL from hashing anew for every use of it. */
const hashed = (use: string, purpose: string, normalised: string): string =>
  `(select ${use} from (select sha256(convert_to(${keySql}||${quoteText(`${purpose}:`)}||${normalised},'UTF8')) h offset 0) k)`;
const hex = (characters: number): string => `left(encode(h,'hex'),${characters})`;
/** Sixty decimal digits. */
const DIGITS = "translate(encode(h,'hex'),'abcdef','183507')";

const SYLLABLES = [...'bdfgklmnprstvzhj'].flatMap((consonant) => [...'aeio'].map((vowel) => consonant + vowel));
const SMALL = quoteText(SYLLABLES.join(''));
const CAPITAL = quoteText(SYLLABLES.map((one) => one.charAt(0).toUpperCase() + one.charAt(1)).join(''));
const syllables = (first: number, count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `substr(${i === 0 ? CAPITAL : SMALL},1+2*(get_byte(h,${first + i})&63),2)`,
  ).join('||');

/** Made of syllables, so that no mask is by chance the name of another real person. */
const PERSON = `${syllables(0, 3)}||' '||${syllables(3, 4)}`;
const oneName = (value: string): string => hashed(PERSON, 'name', value);

/** "Company, Person" is masked part by part: `complete_name` goes on agreeing with the names that it is made of. */
const name: TextMask = (value) =>
  `case when strpos(${value},', ')=0 then ${oneName(value)} else (select string_agg(${oneName('p')},', ' order by n) from unnest(string_to_array(${value},', ')) with ordinality s(p,n)) end`;

const address =
  (purpose: string, text: string): TextMask =>
  (value) =>
    hashed(text, purpose, `lower(${value})`);
const street = address('street', `(1+get_byte(h,9)%199)||' '||${syllables(0, 4)}||' Street'`);
const city = address('city', syllables(0, 4));

const oneEmail = (value: string): string =>
  hashed(`'test+'||${hex(14)}||'@example.com'`, 'email', `lower(btrim(${value}))`);
/** `"Name" <address>` keeps its form; of a list, each. */
const formatted = (value: string): string =>
  `case when strpos(${value},'<')>0 and strpos(${value},'@')>0 then '"'||coalesce(${name(`nullif(btrim(split_part(${value},'<',1),E' "\\t\\n'),'')`, '')},'')||'" <'||${oneEmail(`split_part(split_part(${value},'<',2),'>',1)`)}||'>' else ${oneEmail(value)} end`;
const email: TextMask = (value) =>
  `case when ${value} !~ '[,;]' then ${formatted(value)} else (select string_agg(${formatted('p')},', ' order by n) from regexp_split_to_table(${value},'[,;]\\s*') with ordinality s(p,n) where p <> '') end`;

/** Numbers that are nobody's: 555-0100 to 555-0199 of areas of the North American plan. The last eight digits decide, so +32 470… and 0470… stay one. */
const AREA_CODES =
  '201202203205206207208209210212213214215216217218219224225228229231234239240248251252253254256260262267269270272276281301302303304305307308309310312313314315316317318319320321323325330331334336337339347351352360361385386401402404405406407408409410412413';
const AREAS = quoteText(AREA_CODES);
const digitsOnly = (value: string): string => `regexp_replace(${value},'\\D','','g')`;
const phone: TextMask = (value) =>
  hashed(
    `'+1'||substr(${AREAS},1+3*(get_byte(h,0)%${AREA_CODES.length / 3}),3)||'55501'||lpad((get_byte(h,1)%100)::text,2,'0')`,
    'phone',
    `right(${digitsOnly(value)},8)`,
  );
/** Where numbers must not collide: country code 999 is given to no country. */
const uniquePhone: TextMask = (value) => hashed(`'+999'||left(${DIGITS},11)`, 'phone', value);

/** Letters and digits become others of their kind, the rest stays; a first `00` keeps numbers away from those in use. */
const shaped = (value: string, purpose: string, from: number): string =>
  hashed(
    `(select string_agg(case when n<${from} then c when c between '0' and '9' then case when n<${from + 2} and length(${value})>7 then '0' else substr(${DIGITS},n,1) end when upper(c)<>lower(c) or ascii(c)>127 then chr(65+get_byte(h,n%32)%26) else c end,'' order by n) from unnest(string_to_array(left(${value},60),null)) with ordinality s(c,m), lateral (select m::int n) o)`,
    purpose,
    `upper(regexp_replace(${value},'[^[:alnum:]]','','g'))`,
  );
/** BE0477472701: the country stays, and so do length and punctuation. */
const taxId: TextMask = (value) =>
  `case when ${value} ~ '^[A-Z]{2}[0-9A-Z]' then ${shaped(value, 'tax', 3)} else ${shaped(value, 'tax', 1)} end`;
const zip: TextMask = (value) =>
  hashed(
    `(select string_agg(case when c between '0' and '9' then substr(${DIGITS},n,1) when upper(c)<>lower(c) or ascii(c)>127 then chr(65+get_byte(h,n%32)%26) else c end,'' order by n) from unnest(string_to_array(left(${value},32),null)) with ordinality s(c,m), lateral (select m::int n) o)`,
    'zip',
    value,
  );

/** Country and length stay, the check digits are right, and the bank is one that no country has: XXXX, or zeros. */
const iban: TextMask = (value) => {
  const compact = `upper(regexp_replace(${value},'[^[:alnum:]]','','g'))`;
  const bank = `case when substr(v,5,4) ~ '^[A-Z]{4}$' then 'XXXX' else '0000' end`;
  const body = `(${bank})||left(${DIGITS},length(v)-8)`;
  const numeric = (part: string) => `(ascii(substr(v,${part},1))-55)::text`;
  const check = `lpad((98-mod((replace(b,'X','33')||${numeric('1')}||${numeric('2')}||'00')::numeric,97))::text,2,'0')`;
  const whole = `(select left(v,2)||${check}||b from (select ${body} b offset 0) y)`;
  return `(select case when v ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' then case when strpos(${value},' ')>0 then btrim(regexp_replace(i,'(.{4})','\\1 ','g')) else i end else i end from (select v, case when v ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' then ${hashed(whole, 'iban', 'v')} else ${hashed(`left(${DIGITS},greatest(length(v),10))`, 'iban', 'v')} end i from (select ${compact} v offset 0) x offset 0) z)`;
};

const LOREM = quoteText(
  'lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore ',
);
const words = (value: string): string => `rpad('',length(${value}),${LOREM})`;
const text: TextMask = (value) => words(value);

const TAGS =
  'p,div,span,br,b,i,u,s,a,ul,ol,li,table,thead,tbody,tfoot,tr,td,th,h1,h2,h3,h4,h5,h6,strong,em,img,font,small,blockquote,pre,code,hr,section,header,footer,article,main,figure,center,sub,sup,dl,dt,dd,label';
const KNOWN_TAGS = quoteText(
  `{${TAGS.split(',')
    .flatMap((tag) => [tag, `/${tag}`])
    .join(',')}}`,
);
/**
 * Tags stay, attributes go, text becomes other words of the same length. Nothing of the old text can pass: what comes out is made
 * of names of known tags, blanks and our own words. By splitting, because a regular expression took three times as long.
 */
const html: TextMask = (value) => {
  const filler = (run: string) => `case when btrim(${run},E' \\n\\r\\t')='' then ${run} else ${words(run)} end`;
  const tag = `rtrim(lower(substring(p for nullif(strpos(translate(p,E'>\\n\\r\\t','    '),' '),0)-1)),'/')`;
  const piece = `case when n=1 then ${filler('p')} when t=any(${KNOWN_TAGS}) then '<'||t||'>'||${filler('r')} else ${filler('p')} end`;
  return `case when strpos(${value},'<')=0 then ${words(value)} else (select string_agg(${piece},'' order by n) from (select p, n, case when n>1 then ${tag} end t, substr(p,1+strpos(p,'>')) r from unnest(string_to_array(${value},'<')) with ordinality s(p,n) offset 0) q) end`;
};

const url: TextMask = (value) => hashed(`'https://example.com/'||${hex(10)}`, 'url', value);
const reference: TextMask = (value) => hashed(`'REF'||upper(${hex(12)})`, 'reference', value);
const digits: TextMask = (value) => hashed(`left(${DIGITS},greatest(length(${value}),1))`, 'digits', value);
/** A secret that something else expects to be there and to be different in each row. */
const token: TextMask = (value) => hashed(`${hex(32)}::uuid::text`, 'token', value);
const messageId: TextMask = (value) => hashed(`'<'||${hex(24)}||'@example.com>'`, 'message', value);
/** Logins that every Odoo has say nothing of anybody. */
const login: TextMask = (value, row) =>
  `case when ${value} in ('__system__','admin','public','portaltemplate','default','portal','demo') then ${value} when strpos(${value},'@')>0 then ${email(value, row)} else ${hashed(`'user-'||${hex(14)}`, 'login', value)} end`;
const label: TextMask = (value) => hashed(`${syllables(0, 3)}||' '||${hex(6)}`, 'label', value);

export const TEXT_MASKS = {
  name,
  street,
  city,
  zip,
  email,
  phone,
  iban,
  'tax-id': taxId,
  text,
  html,
  url,
  reference,
  digits,
  token,
  'message-id': messageId,
  login,
  label,
} as const satisfies Readonly<Record<string, TextMask>>;
export type TextMaskName = keyof typeof TEXT_MASKS;

/** The usual mask where the address is written in the usual way, so that a login goes on being its partner's address. */
const uniqueEmail: TextMask = (value, row) =>
  `case when ${value}=lower(btrim(${value})) then ${login(value, row)} else ${hashed(`'test+'||${hex(16)}||'@example.com'`, 'raw', value)} end`;

/** Masks that can give two values the same, by what stands in where values have to stay different. */
export const UNIQUE_INSTEAD: Partial<Readonly<Record<TextMaskName, TextMask>>> = {
  email: uniqueEmail,
  login: uniqueEmail,
  phone: uniquePhone,
  text: label,
  html: label,
  street: label,
  city: label,
  zip: reference,
  digits: reference,
  'tax-id': reference,
};
