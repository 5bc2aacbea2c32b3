/** What is looked for in pages of Odoo. Nothing here understands HTML; it finds tags and their attributes. */

/** Attributes of every tag of that name, in order. */
export const tags = (html: string, name: string): readonly Readonly<Record<string, string>>[] =>
  [...html.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'gi'))].map(([, inside = '']) => attributes(inside));

const attributes = (inside: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...inside.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g)].map(
      ([, name = '', double, single, bare]) => [name.toLowerCase(), plainText(double ?? single ?? bare ?? '')],
    ),
  );

const plainText = (text: string): string =>
  text
    .replace(/&#x27;|&#39;/g, "'")
    .replace(/&quot;|&#34;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

/** The value of an input field; null: there is no such field. */
export const fieldOf = (html: string, name: string): string | null => {
  const found = tags(html, 'input').find((tag) => tag.name === name);
  return found === undefined ? null : (found.value ?? '');
};

export const titleOf = (html: string): string =>
  (/<title>([^<]*)</i.exec(html)?.[1] ?? '').replace(/\s+/g, ' ').trim().slice(0, 80);
