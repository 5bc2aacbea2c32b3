/** XML that Odoo reads, by the parser that Odoo uses. Entities are bounded by it, and none is fetched from anywhere. */
import { ParseOption, XmlDocument, XmlLibError } from 'libxml2-wasm';
import type { Finding } from '../guard.ts';
import type { Tree } from '../tree.ts';
import { find } from './rules.ts';

const OPTION = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET;
/** `files`: those that Odoo is told to load; others may be anything. */
export async function* checkXml(files: readonly string[], tree: Tree): AsyncIterable<Finding> {
  for (const file of files) {
    if (!file.endsWith('.xml')) continue;
    const bytes = await tree.read(file);
    const fault = bytes === null ? null : faultOf(bytes);
    if (fault === null) continue;
    yield find(
      'manifests/xml-malformed',
      { file, ...fault.at },
      `is not well-formed XML: ${fault.says}`,
      'Mend it here, or in the lines just above.',
    );
  }
}

const faultOf = (bytes: Buffer): { readonly says: string; readonly at: { line: number; column: number } } | null => {
  try {
    XmlDocument.fromBuffer(bytes, { option: OPTION }).dispose();
    return null;
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error;
    const [first] = error.details;
    const at = { line: Math.max(1, first?.line ?? 1), column: Math.max(1, first?.col ?? 1) };
    return { says: (first?.message ?? error.message).trim(), at };
  }
};
