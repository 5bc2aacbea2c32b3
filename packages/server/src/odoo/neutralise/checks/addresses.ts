import { type Check, sql } from '../entry.ts';

export const addresses: Check = {
  id: 'addresses',
  meaning: 'A parameter names an address outside. Whether Odoo may reach it, the list of allowed hosts says.',
  mend: 'Name a test address for it under `parameters` of the stage, or leave it.',
  holds: 'on-arrival',
  severity: 'tell',
  needs: { ir_config_parameter: ['key', 'value'] },
  query: ({ identity }) =>
    sql(
      `select 'ir_config_parameter ' || key as what from ir_config_parameter
        where value ~* '^(https?|ftps?|sftp|wss?|ldaps?|smtps?)://' and value !~* '(://(127[.]|localhost)|[.]invalid$|[.]invalid/|[.]internal)'
          and key <> 'web.base.url' and not key = any($1::text[])`,
      Object.keys(identity?.parameters ?? {}),
    ),
};
