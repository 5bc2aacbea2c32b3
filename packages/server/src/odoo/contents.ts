/** What is in an Odoo's database, by looking: which modules, and how much its attachments take. Of every series that we know. */
import type { Statement } from '../ports/database-copy.ts';

/** A person waits for the answer, and production's own work goes before. */
export const BRIEFLY: Statement = { text: "set local statement_timeout = '5s'", parameters: [] };

/** Titles are text up to Odoo 15, and JSON by language since. A module whose update was asked for is installed until then. */
export const modulesStatement: Statement = {
  text: `select name, latest_version as version,
  coalesce(to_jsonb(shortdesc) ->> 'en_US', to_jsonb(shortdesc) #>> '{}', name) as title
from ir_module_module where state in ('installed', 'to upgrade', 'to remove') order by name limit 5000`,
  parameters: [],
};

/** Attachments of equal content are one file. */
export const filesStatement: Statement = {
  text: `select count(*)::int as count, coalesce(sum(bytes), 0)::text as bytes
from (select max(file_size) as bytes from ir_attachment where store_fname is not null group by store_fname) files`,
  parameters: [],
};
