import { quoteName, quoteText } from '../../../domain/quote.ts';
import type { Statement } from '../../../ports/database-copy.ts';
import type { ColumnKind, Columns } from '../columns.ts';
import { CREDENTIAL_NAME } from '../credential-names.ts';
import { type Entry, sql } from '../entry.ts';
import { derived, type Identity } from '../identity.ts';

const TEXTS = new Set(['character varying', 'text', 'character', 'bytea', 'json', 'jsonb']);
/** Columns that are called so and hold none, or that another entry looks after. */
const SPARED = new Set([
  'res_users.password',
  // A number of a visitor, or of a contact: it names who came, and opens nothing.
  'website_visitor.access_token',
  'iap_account.account_token',
]);
/** Made anew for each record rather than emptied: a till, a survey or a guest without one is broken. */
const LINK = 'access_token';
/** Links that are called otherwise: `/chat/<id>/<uuid>` lets whoever has it into a conversation. */
const OTHER_LINKS = new Set(['discuss_channel.uuid', 'mail_channel.uuid']);

interface Found {
  readonly table: string;
  readonly column: string;
  readonly kind: ColumnKind;
  readonly hasId: boolean;
}

const NAME = new RegExp(CREDENTIAL_NAME);

const isOtherLink = ({ table, column }: Pick<Found, 'table' | 'column'>): boolean =>
  OTHER_LINKS.has(`${table}.${column}`);

const find = (columns: Columns): { readonly credentials: Found[]; readonly links: Found[] } => {
  const all = [...columns].flatMap(([table, names]) =>
    [...names]
      .filter(([column, { type }]) => TEXTS.has(type) && (NAME.test(column) || isOtherLink({ table, column })))
      .filter(([column]) => !SPARED.has(`${table}.${column}`))
      .map(([column, kind]) => ({ table, column, kind, hasId: names.has('id') })),
  );
  const isLink = ({ table, column, hasId, kind }: Found): boolean =>
    (column === LINK || isOtherLink({ table, column })) &&
    hasId &&
    (kind.type === 'character varying' || kind.type === 'text');
  return { credentials: all.filter((one) => !isLink(one)), links: all.filter(isLink) };
};

/** SQL of what stands in a column afterwards: nothing or, where something is required, a word that says why. */
const emptied = ({ kind, hasId }: Found): string => {
  if (!kind.notNull) return 'null';
  if (kind.type === 'bytea') return `''::bytea`;
  if (kind.type.startsWith('json')) return `'{}'::${kind.type}`;
  const text = hasId ? `'neutralised-' || id` : `'neutralised'`;
  return kind.maxLength === null ? text : `left(${text}, ${kind.maxLength})`;
};

/** As text, because json has no equality. An empty text in a column is nobody's password. */
const isFull = (one: Found): string => {
  const text = `${quoteName(one.column)}::text`;
  const empty = one.kind.type === 'bytea' ? `'\\x'` : `''`;
  return one.kind.notNull
    ? `${text} is distinct from (${emptied(one)})::text`
    : `coalesce(${text}, '') not in ('', ${empty})`;
};

const linkOf = ({ table, column, kind }: Found, identity: Identity): string => {
  const whole = derived(identity, table, column);
  return kind.maxLength === null ? whole : `left(${whole}, ${kind.maxLength})`;
};

const byTable = (found: readonly Found[]): [string, readonly Found[]][] => [
  ...Map.groupBy(found, ({ table }) => table),
];

interface Change {
  readonly found: readonly Found[];
  readonly value: (one: Found) => string;
  readonly wrong: (one: Found) => string;
}

/** One update per table, so that a row of a wide table is written once. */
const updates = ({ found, value, wrong }: Change): Statement[] =>
  byTable(found).map(([table, columns]) => {
    const set = columns.map(
      (one) =>
        `${quoteName(one.column)} = case when ${wrong(one)} then ${value(one)} else ${quoteName(one.column)} end`,
    );
    return sql(`update ${quoteName(table)} set ${set.join(', ')} where ${columns.map(wrong).join(' or ')}`);
  });

const left = ({ found, wrong }: Pick<Change, 'found' | 'wrong'>): Statement | null => {
  const queries = byTable(found).map(([table, columns]) => {
    const names = columns.map(({ column }) => column).join(', ');
    return `select ${quoteText(`${table} (${names})`)}::text as what from ${quoteName(table)} where ${columns.map(wrong).join(' or ')}`;
  });
  return queries.length === 0 ? null : sql(queries.join('\nunion all '));
};

const changesLink = (identity: Identity) => (one: Found) =>
  `(${quoteName(one.column)} is not null and ${quoteName(one.column)} <> ${linkOf(one, identity)})`;

export const credentialEntries: readonly Entry[] = [
  {
    id: 'credentials',
    why: 'No column of any table that is called like a password, key, secret or token holds one, whichever module made it.',
    holds: 'on-arrival',
    needs: {},
    statements: ({ columns }) => updates({ found: find(columns).credentials, value: emptied, wrong: isFull }),
    check: ({ columns }) => left({ found: find(columns).credentials, wrong: isFull }),
  },
  {
    id: 'links',
    why: 'Links that production sent out (to an order, an invoice, a survey) open nothing here, and links of a copy nothing there.',
    holds: 'on-arrival',
    needs: {},
    statements: ({ columns, identity }) =>
      updates({
        found: find(columns).links,
        value: (one) => linkOf(one, identity),
        wrong: changesLink(identity),
      }),
    check: ({ columns, identity }) =>
      identity === null ? null : left({ found: find(columns).links, wrong: changesLink(identity) }),
  },
];
