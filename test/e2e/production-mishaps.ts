import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onServer } from '../setup/database.ts';
import type { Installation } from './installation.ts';

const ADDON = 'addons/shop_order';
/** What goes wrong is told by production's own data, so that one release serves all of it, and staging took it without a word. */
const KEY = 'shop.mishap';

const MIGRATION = `import time


def migrate(cr, version):
    cr.execute("select value from ir_config_parameter where key = '${KEY}'")
    mishap = (cr.fetchone() or [""])[0]
    if mishap == "raises":
        raise ValueError("order 4711 has no customer")
    if mishap == "hangs":
        time.sleep(600)
    if mishap == "changes amounts":
        cr.execute("update shop_order set total = total + 1 where id = (select min(id) from shop_order)")
`;

export type Mishap = 'raises' | 'hangs' | 'changes amounts' | 'answers 500';

/** A release whose update goes well, unless production's data says otherwise. Answers its commit. */
export const releaseOf = (slipway: Installation, words: { readonly from: string; readonly to: string }): string => {
  const folder = join(slipway.shop, ADDON, 'migrations/19.0.1.1.0');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'post-mishap.py'), MIGRATION);
  return slipway.commit('main', words.to, {
    'slipway.yaml': ['update_timeout: 5m', 'update_timeout: 40s'],
    [`${ADDON}/__manifest__.py`]: ['19.0.1.0.0', '19.0.1.1.0'],
    [`${ADDON}/views/hello.xml`]: [words.from, words.to],
    [`${ADDON}/controllers/hello.py`]: [
      '        return request.render',
      `        if request.env["ir.config_parameter"].sudo().get_param("${KEY}") == "answers 500":
            raise ValueError("no welcome today")
        return request.render`,
    ],
  });
};

export const arrange = (url: string, mishap: Mishap | null): Promise<void> =>
  onServer(url, async (client) => {
    await client.query('delete from ir_config_parameter where key = $1', [KEY]);
    if (mishap !== null)
      await client.query('insert into ir_config_parameter (key, value) values ($1, $2)', [KEY, mishap]);
  });

const BOOKS = `
env["res.partner"].create([{"name": "Customer %d" % i, "email": "customer%d@shop.test" % i} for i in range(20)])
env["shop.order"].create([{"name": "S%03d" % i, "quantity": i + 1, "price": 9.5 * i} for i in range(20)])
env["ir.attachment"].create([{"name": "Receipt %d" % i, "raw": b"receipt %d" % i} for i in range(20)])
env.cr.commit()
print("BOOKED")
`;

/** Customers, orders, receipts: what must be the same to the byte, whatever befalls a deployment. */
export const keepBooks = (slipway: Installation): void => {
  const shell = ['odoo', 'shell', '--config', '/etc/slipway/odoo.conf', '--no-http'];
  const words = ['exec', '-i', `slipway-${slipway.instance}-shop.production-blue`, ...shell];
  const said = execFileSync('docker', words, { input: BOOKS, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  if (!said.includes('BOOKED')) throw new Error(said);
};

const BUSINESS = [
  'res_partner',
  'res_users',
  'res_company',
  'res_groups',
  'shop_order',
  'ir_sequence',
  'ir_attachment',
];

/** Not what people wrote: Odoo makes a bundle of styles and scripts anew when somebody looks. */
const WRITTEN = `coalesce(to_jsonb(t) ->> 'url', '') not like '/web/assets/%'`;

/** All that a table holds, each row as text, in the order of ids: its SHA-256, after how many rows they were. */
export const booksOf = (url: string): Promise<Record<string, string>> =>
  onServer(url, async (client) => {
    const found: Record<string, string> = {};
    for (const table of BUSINESS) {
      const { rows } = await client.query(
        `select count(*) || ' rows ' || encode(sha256(convert_to(coalesce(string_agg(t::text, E'\\n' order by id), ''), 'UTF8')), 'hex') as sum
           from ${table} t where ${WRITTEN}`,
      );
      found[table] = String(rows[0].sum);
    }
    return found;
  });
