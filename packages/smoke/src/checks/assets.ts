import { type CheckContext, fail, pass, type SmokeCheck, skip } from '../check.ts';
import { follow } from '../follow.ts';
import { tags } from '../html.ts';
import { SLOW_LIMIT } from '../odoo-call.ts';

const MOST_FILES = 20;

interface Asset {
  readonly path: string;
  readonly type: RegExp;
}

/** Styles and scripts of the login page that come from this Odoo, those that are loaded late included. */
const assetsOf = (html: string, base: URL): readonly Asset[] => {
  const styles = tags(html, 'link').filter(({ rel }) => rel === 'stylesheet');
  const found = [
    ...styles.map(({ href }) => ({ address: href, type: /^text\/css/ })),
    ...tags(html, 'script').map((tag) => ({ address: tag.src ?? tag['data-src'], type: /javascript/ })),
  ];
  const own = found.flatMap(({ address, type }) => {
    const url = address === undefined ? null : URL.parse(address, base.href);
    return url === null || url.host !== base.host ? [] : [{ path: url.pathname + url.search, type }];
  });
  return [...new Map(own.map((each) => [each.path, each])).values()].slice(0, MOST_FILES);
};

const wrongWith = async (context: CheckContext, { path, type }: Asset): Promise<string | null> => {
  const loaded = await follow(context, { method: 'GET', path, limit: SLOW_LIMIT });
  if ('error' in loaded) return loaded.error;
  const { status, headers, bytes } = loaded.answer;
  if (status !== 200) return `${path} answers ${status}`;
  if (!type.test(headers['content-type'] ?? '')) return `${path} is ${headers['content-type'] ?? 'of no type'}`;
  return bytes === 0 ? `${path} is empty` : null;
};

export const assets: SmokeCheck = {
  id: 'assets',
  title: 'Styles and scripts',
  proves: 'The bundles of the login page are made and delivered: without them people see a bare page.',
  run: async (context) => {
    const page = await follow(context, { method: 'GET', path: '/web/login', limit: SLOW_LIMIT });
    if ('error' in page || page.answer.status !== 200) return skip('the login page does not answer');
    const found = assetsOf(page.answer.body, new URL(page.path, context.url));
    const begun = context.now();
    const wrong: string[] = [];
    for (const asset of found) {
      const why = await wrongWith(context, asset);
      if (why !== null) wrong.push(why);
    }
    if (wrong.length > 0)
      return fail(
        `${wrong.length} of ${found.length} do not load: ${wrong.slice(0, 3).join('; ')}`,
        "Look at Odoo's log for the bundle; a filestore that does not belong to this database has rows without files.",
      );
    if (found.length === 0)
      return fail(
        'the login page names no styles and no scripts',
        'Its template is broken, or a proxy takes them out.',
      );
    return pass(`${found.length} files in ${Math.round(context.now() - begun)} ms`);
  },
};
