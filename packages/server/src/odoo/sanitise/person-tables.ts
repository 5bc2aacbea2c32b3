import type { Catalog, TableFacts } from '../../domain/catalog.ts';

const PEOPLE = new Set([
  'res_partner',
  'res_users',
  'hr_employee',
  'hr_version',
  'hr_applicant',
  'res_partner_bank',
  'mailing_contact',
]);
/** Odoo writes into every row who made it and who changed it; that makes no row a person's. */
const BOOKKEEPING = new Set(['create_uid', 'write_uid']);

/** Tables whose rows are people's, point at people, or go when such a row goes. */
export const personTables = (catalog: Catalog): ReadonlySet<string> => {
  const persons = new Set(catalog.tables.filter(isOfPerson).map((table) => table.name));
  for (let before = -1; before !== persons.size; ) {
    before = persons.size;
    for (const table of catalog.tables)
      if (table.foreignKeys.some((key) => key.onDelete === 'cascade' && persons.has(key.references)))
        persons.add(table.name);
  }
  return persons;
};

const isOfPerson = (table: TableFacts): boolean =>
  PEOPLE.has(table.name) || table.foreignKeys.some((key) => PEOPLE.has(key.references) && !BOOKKEEPING.has(key.column));
