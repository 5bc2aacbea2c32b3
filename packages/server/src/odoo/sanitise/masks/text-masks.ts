import { quoteText } from '../../../domain/quote.ts';
import { keyedSql } from './session.ts';

/**
 * SQL that makes one text of another. The same value gives the same mask in whichever table it stands, so copies of a name
 * agree without a join, and different values give different masks, so what was unique stays unique.
 * `value` is SQL that is neither null nor empty; `row` is SQL that tells the rows of its table apart.
 */
export type TextMask = (value: string, row: string) => string;

/** 32 bytes that nobody can tell without the key. */
const keyed = (purpose: string, normalised: string): string =>
  `sha256(${keyedSql(purpose)}||convert_to(${normalised},'UTF8'))`;
const hexOf = (hash: string, characters: number): string => `left(encode(${hash},'hex'),${characters})`;
/** For more than one use of the hash `h`; `offset 0` keeps PostgreSQL from hashing anew for each. Costs half a microsecond. */
const hashed = (use: string, purpose: string, normalised: string): string =>
  `(select ${use} from (select ${keyed(purpose, normalised)} h offset 0) k)`;
/** Decimal digits, at most 64. By the piece, because translating costs a tenth of a microsecond a letter. */
const digitsOf = (hash: string, count: string): string =>
  `translate(left(encode(${hash},'hex'),${count}),'abcdef','183507')`;

const SYLLABLES = [...'bdfgklmnprstvzhj'].flatMap((consonant) => [...'aeio'].map((vowel) => consonant + vowel));
const bytesOf = (text: string): string => `${quoteText(text)}::bytea`;
const SMALL = bytesOf(SYLLABLES.join(''));
const CAPITAL = bytesOf(SYLLABLES.map((one) => one.charAt(0).toUpperCase() + one.charAt(1)).join(''));
/** Bytes, two a syllable: elements of an array are looked for from its beginning, and `substr` of a text counts its letters. */
const syllableBytes = (first: number, count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `substr(${i === 0 ? CAPITAL : SMALL},1+2*(get_byte(h,${first + i})&63),2)`,
  ).join('||');
const textOf = (bytes: string): string => `convert_from(${bytes},'UTF8')`;
const syllables = (first: number, count: number): string => textOf(syllableBytes(first, count));

/** Made of syllables, so that no mask is by chance the name of another real person. */
const PERSON = textOf(`${syllableBytes(0, 3)}||${bytesOf(' ')}||${syllableBytes(3, 4)}`);
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

/** Alike on every server, whatever its collation; what stands in an address is ASCII but for rarities. */
const small = (value: string): string => `lower(btrim(${value}) collate "C")`;
const oneEmail = (value: string): string => `'test+'||${hexOf(keyed('email', small(value)), 14)}||'@example.com'`;
/** `"Name" <address>` keeps its form; of a list, each. */
const formatted = (value: string): string =>
  `case when strpos(${value},'<')>0 and strpos(${value},'@')>0 then '"'||coalesce(${name(`nullif(btrim(split_part(${value},'<',1),E' "\\t\\n'),'')`, '')},'')||'" <'||${oneEmail(`split_part(split_part(${value},'<',2),'>',1)`)}||'>' else ${oneEmail(value)} end`;
const email: TextMask = (value) =>
  `case when strpos(${value},',')=0 and strpos(${value},';')=0 then ${formatted(value)} else (select string_agg(${formatted('p')},', ' order by n) from regexp_split_to_table(${value},'[,;]\\s*') with ordinality s(p,n) where p <> '') end`;

/** Numbers that are nobody's: 555-0100 to 555-0199 of areas of the North American plan. The last eight digits decide, so +32 470… and 0470… stay one. */
const AREA_CODES =
  '201202203205206207208209210212213214215216217218219224225228229231234239240248251252253254256260262267269270272276281301302303304305307308309310312313314315316317318319320321323325330331334336337339347351352360361385386401402404405406407408409410412413';
const AREAS = bytesOf(AREA_CODES);
const PUNCTUATION = quoteText(' +-./()\u00a0');
const compactPhone = (value: string): string => `translate(${value},${PUNCTUATION},'')`;
const phone: TextMask = (value) =>
  hashed(
    `'+1'||${textOf(`substr(${AREAS},1+3*(get_byte(h,0)%${AREA_CODES.length / 3}),3)`)}||'55501'||lpad((get_byte(h,1)%100)::text,2,'0')`,
    'phone',
    `right(${compactPhone(value)},8)`,
  );
/** Where numbers must not collide: country code 999 is given to no country. */
const uniquePhone: TextMask = (value) => `'+999'||${digitsOf(keyed('phone', value), '11')}`;

/** Letters and digits become others of their kind, the rest stays. `zeros` are the places that become zero. */
const shaped = (value: string, purpose: string, from: number, zeros: number): string => {
  const digit =
    zeros === 0
      ? `(get_byte(h,n%32)%10)::text`
      : `case when n<${from + zeros} and length(${value})>7 then '0' else (get_byte(h,n%32)%10)::text end`;
  const letter = `case when n<${from} then c when c between '0' and '9' then ${digit} when upper(c)<>lower(c) or ascii(c)>127 then chr(65+get_byte(h,n%32)%26) else c end`;
  return hashed(
    `(select string_agg(${letter},'' order by n) from unnest(string_to_array(left(${value},60),null)) with ordinality s(c,m), lateral (select m::int n) o)`,
    purpose,
    `upper(regexp_replace(${value},'[^[:alnum:]]','','g'))`,
  );
};
const isDigits = (value: string): string => `translate(${value},'0123456789','')=''`;
/** BE0477472701: the country stays, and so do length and punctuation; two zeros keep the number away from those in use. */
const taxId: TextMask = (value) =>
  `case when length(${value}) between 10 and 60 and left(${value},2) between 'AA' and 'ZZ' and ${isDigits(`substr(${value},3)`)} then left(${value},2)||'00'||${digitsOf(keyed('tax', value), `length(${value})-4`)} when ${value} ~ '^[A-Z]{2}[0-9A-Z]' then ${shaped(value, 'tax', 3, 2)} else ${shaped(value, 'tax', 1, 2)} end`;
const zip: TextMask = (value) =>
  `case when ${isDigits(value)} then ${digitsOf(keyed('zip', value), `length(${value})`)} else ${shaped(value, 'zip', 1, 0)} end`;

/** Country and length stay, the check digits are right, and the bank is one that no country has: XXXX, or zeros. */
const iban: TextMask = (value) => {
  // Most are stored without blanks, and replacing by expression takes a microsecond and a half.
  const compact = `case when ${value} ~ '^[A-Z0-9]+$' then ${value} else upper(regexp_replace(${value},'[^[:alnum:]]','','g')) end`;
  const bank = `case when substr(v,5,4) ~ '^[A-Z]{4}$' then 'XXXX' else '0000' end`;
  const body = `(${bank})||${digitsOf('h', 'length(v)-8')}`;
  const numeric = (part: string) => `(ascii(substr(v,${part},1))-55)::text`;
  const check = `lpad((98-mod((replace(b,'X','33')||${numeric('1')}||${numeric('2')}||'00')::numeric,97))::text,2,'0')`;
  const whole = `(select left(v,2)||${check}||b from (select ${body} b offset 0) y)`;
  return `(select case when strpos(${value},' ')>0 and v ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' then btrim(regexp_replace(i,'(.{4})','\\1 ','g')) else i end from (select v, case when v ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' then ${hashed(whole, 'iban', 'v')} else ${digitsOf(keyed('iban', 'v'), 'greatest(length(v),10)')} end i from (select ${compact} v offset 0) x offset 0) z)`;
};

const LOREM = 'lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore ';
/**
 * So many bytes of our own words; a letter outside ASCII counts as the bytes that it takes. Cut as bytes: counting letters takes
 * PostgreSQL six times as long.
 */
const wordsOf = (bytes: string): string =>
  `convert_from(substr(convert_to(repeat(${quoteText(LOREM)},1+(${bytes})/${LOREM.length}),'UTF8'),1,${bytes}),'UTF8')`;
const words = (value: string): string => wordsOf(`octet_length(${value})`);
const text: TextMask = (value) => words(value);

const TAGS =
  'p,div,span,br,b,i,u,s,a,ul,ol,li,table,thead,tbody,tfoot,tr,td,th,h1,h2,h3,h4,h5,h6,strong,em,img,font,small,blockquote,pre,code,hr,section,header,footer,article,main,figure,center,sub,sup,dl,dt,dd,label';
const TAG_NAMES = TAGS.split(',')
  .flatMap((tag) => [tag, `/${tag}`])
  .concat('br/', 'hr/', 'img/');
const KNOWN_TAGS = quoteText(`{${TAG_NAMES.join(',')}}`);
/** A tag without attributes after which no text comes: half of all pieces. */
const BARE_TAGS = quoteText(`{${TAG_NAMES.map((tag) => `${tag}>`).join(',')}}`);
/**
 * Tags stay, attributes go, text becomes other words of the same length. Nothing of the old text can pass: what comes out is made
 * of names of known tags, blanks and our own words. By splitting, because a regular expression took three times as long; and as an
 * array, because an ordered aggregate sorts the pieces anew for each value.
 */
const html: TextMask = (value) => {
  // Blanks stay. Trimmed as bytes, for trimming letters takes a microsecond, and asked only of what begins with a blank.
  const filler = (run: string, bytes: string) =>
    `case when ${run}>='!' collate "C" then ${wordsOf(bytes)} when octet_length(${run})=${bytes} and btrim(convert_to(${run},'UTF8'),'\\x200a0d09'::bytea)='' then ${run} else ${wordsOf(bytes)} end`;
  // `s` stands before the first >, `r` after it up to the next one: only of a blank text more than its length is needed.
  const after = 'greatest(octet_length(p)-octet_length(s)-1,0)';
  const tagged = (tag: string) => `'<'||${tag}||'>'||${filler('r', after)}`;
  const tag = `lower(split_part(split_part(s,' ',1),E'\\n',1) collate "C")`;
  const piece = `case when p='' then p when p=any(${BARE_TAGS}) then '<'||p when s=any(${KNOWN_TAGS}) then ${tagged('s')} when ${tag}=any(${KNOWN_TAGS}) then ${tagged(tag)} else ${filler('p', 'octet_length(p)')} end`;
  // What comes first stands before the first tag, and is nothing when the value begins with one.
  const first = (run: string) => filler(run, `octet_length(${run})`);
  const rebuilt = (from: string) =>
    `array_to_string(array(select ${piece} from (select p, split_part(p,'>',1) s, split_part(p,'>',2) r from (select unnest(string_to_array(${from},'<')) p offset 0) w offset 0) q),'')`;
  // What a person writes is mostly one paragraph.
  const paragraph = `left(${value},3)='<p>' and split_part(${value},'<',3)='/p>' and octet_length(${value})=octet_length(split_part(${value},'<',2))+5`;
  return `case when strpos(${value},'<')=0 then ${words(value)} when ${paragraph} then '<p>'||${wordsOf(`octet_length(${value})-7`)}||'</p>' when left(${value},1)='<' then ${rebuilt(value)} else ${first(`split_part(${value},'<',1)`)}||${rebuilt(`substr(${value},strpos(${value},'<'))`)} end`;
};

const url: TextMask = (value) => `'https://example.com/'||${hexOf(keyed('url', value), 10)}`;
const reference: TextMask = (value) => `'REF'||upper(${hexOf(keyed('reference', value), 12)})`;
const digits: TextMask = (value) => `${digitsOf(keyed('digits', value), `greatest(length(${value}),1)`)}`;
/** A secret that something else expects to be there and to be different in each row. */
const token: TextMask = (value) => `${hexOf(keyed('token', value), 32)}::uuid::text`;
const messageId: TextMask = (value) => `'<'||${hexOf(keyed('message', value), 24)}||'@example.com>'`;
/** Logins that every Odoo has say nothing of anybody. */
const login: TextMask = (value, row) =>
  `case when ${value} in ('__system__','admin','public','portaltemplate','default','portal','demo') then ${value} when strpos(${value},'@')>0 then ${email(value, row)} else 'user-'||${hexOf(keyed('login', value), 14)} end`;
const label: TextMask = (value) => hashed(`${syllables(0, 3)}||' '||left(encode(h,'hex'),6)`, 'label', value);

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
  `case when ${value}=${small(value)} then ${login(value, row)} else 'test+'||${hexOf(keyed('raw', value), 16)}||'@example.com' end`;

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
