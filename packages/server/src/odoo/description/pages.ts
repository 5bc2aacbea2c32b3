/** The pages that a visitor without a login finds from the first one on (G1). */
import type { SmokeHttp } from '@slipway/smoke/request';
import { csv } from '../../domain/csv.ts';
import type { DescribedFile } from './database.ts';

const MOST_PAGES = 60;
const LINK = /<a\b[^>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;

/** Without sizes: a page has another one each time, and the same production is to make the same file. */
interface Page {
  readonly page: string;
  readonly status: number | string;
  readonly type: string;
  readonly leads_to: string;
}

/** Breadth first, each address once, without its query: what only the query tells apart is one page. */
export const crawl = async (http: SmokeHttp, signal: AbortSignal): Promise<DescribedFile> => {
  const found = new Set(['/']);
  const pages: Page[] = [];
  for (const path of found) {
    if (pages.length >= MOST_PAGES) break;
    const answer = await http({ method: 'GET', path }, signal);
    if ('error' in answer) {
      pages.push({ page: path, status: answer.error, type: '', leads_to: '' });
      continue;
    }
    const { status, headers, body } = answer;
    const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
    const leads = status >= 300 && status < 400 ? local(headers['location'] ?? '', path) : null;
    if (leads !== null) found.add(leads);
    if (type === 'text/html') for (const next of linksOf(body, path)) found.add(next);
    pages.push({ page: path, status, type, leads_to: leads ?? '' });
  }
  const rows = pages.sort((one, other) => (one.page < other.page ? -1 : 1)).map((page) => ({ ...page }));
  return { path: 'runtime/pages.prod.csv', text: csv(['page', 'status', 'type', 'leads_to'], rows) };
};

const linksOf = (html: string, base: string): string[] =>
  [...html.matchAll(LINK)].flatMap(([, double, single]) => local(double ?? single ?? '', base) ?? []);

const ORIGIN = 'http://odoo.invalid';

/** Null: not on this Odoo, or what a crawler had better not ask for. */
const local = (link: string, base: string): string | null => {
  if (!URL.canParse(link, `${ORIGIN}${base}`)) return null;
  const { origin, pathname } = new URL(link, `${ORIGIN}${base}`);
  const apart = link.startsWith('/') || origin === ORIGIN;
  return apart && origin === ORIGIN && !/\/(session\/)?logout\b/.test(pathname) ? pathname : null;
};
