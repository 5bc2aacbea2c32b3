import { quoteName, quoteText } from '../domain/quote.ts';

/**
 * How a database stops taking an Odoo's writes while that Odoo runs on, and reads.
 *
 * Not by `default_transaction_read_only`: Odoo 19 says READ WRITE at the beginning of each transaction, so it writes all the same (tried). By
 * taking away what its role, the owner of all tables, may do with them: no restart, seen by the next statement of every connection, about
 * 0.2 s for 600 tables. What a transaction did before that can still be committed, so whoever copies waits for those that began earlier.
 */

/** What is written by reading and by coming in, and what nobody misses afterwards: without it a read is answered "access denied". */
const KEPT: readonly (readonly [table: string, rights: string])[] = [
  // Each session once an hour, whatever it asks for: refused, Odoo 19 takes the person for a stranger.
  ['res_device_log', 'insert'],
  ['res_users_log', 'insert'],
  // "Reload your caches", to Odoo's other processes.
  ['orm_signaling_%', 'insert'],
  // Who is online, and what is told to open tabs.
  ['bus_bus', 'insert'],
  ['bus_presence', 'insert, update'],
  ['mail_presence', 'insert, update'],
];
/** They refer to these, and a foreign key locks the row that it points to: that needs the right to change one column, any one. */
const REFERRED = ['res_users', 'mail_guest'];

/** For the owner of the tables, in one transaction; safe to run again. */
export const closeToWrites = (role: string): string => {
  const owner = quoteName(role);
  const text = quoteText(role);
  const rows = KEPT.map(([table, rights]) => `(${quoteText(table)}, ${quoteText(rights)})`).join(', ');
  const referred = REFERRED.map(quoteText).join(', ');
  return `
revoke insert, update, delete, truncate, references, trigger on all tables in schema public from ${owner};
revoke usage, update on all sequences in schema public from ${owner};
do $close$
declare
  one record;
begin
  for one in select c.oid::regclass as name, pg_get_serial_sequence(c.oid::regclass::text, 'id') as ids, kept.rights
    from pg_class c join (values ${rows}) as kept (name, rights) on c.relname like kept.name
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  loop
    execute format('grant %s on %s to %I', one.rights, one.name, ${text});
    if one.ids is not null then
      execute format('grant usage on sequence %s to %I', one.ids, ${text});
    end if;
  end loop;
  for one in select c.oid::regclass as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname in (${referred})
  loop
    execute format('grant update (create_date) on %s to %I', one.name, ${text});
  end loop;
  -- Until Odoo 18 the same is told by sequences.
  for one in select c.oid::regclass as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'S' and c.relname ~ '^base_(registry|cache)_signaling'
  loop
    execute format('grant usage on sequence %s to %I', one.name, ${text});
  end loop;
end $close$;
`;
};

/** The way back, also in a copy that was made of a closed database: the copy has its rights, and so none. Safe to run on an open one. */
export const openToWrites = (role: string): string => {
  const owner = quoteName(role);
  return `
grant all on all tables in schema public to ${owner};
grant all on all sequences in schema public to ${owner};
`;
};
