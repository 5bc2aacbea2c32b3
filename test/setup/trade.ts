import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Company, CompanyCopy } from './company.ts';

/** A copy in which a company has been at work: orders, invoices, payments, stock, a day at the till. About 45 s. */
export const tradingCopy = async (server: Company, name: string): Promise<CompanyCopy> => {
  const copy = await server.copy(name);
  for (const [file, word] of [
    ['company-data.py', 'FILLED'],
    ['trade-data.py', 'TRADED'],
  ] as const) {
    const script = await readFile(join(import.meta.dirname, file), 'utf8');
    const log = await server.odoo(copy.database, ['shell', '--no-http', '--log-level=warn'], script);
    if (!log.includes(word)) throw new Error(log);
  }
  return copy;
};
