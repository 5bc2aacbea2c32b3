import { createHash } from 'node:crypto';
import type { Placeholder } from '../../../domain/masking.ts';
import * as documents from './documents.ts';
import * as images from './images.ts';

export interface PlaceholderKind {
  /** The first is what the attachment gets. */
  readonly types: readonly string[];
  readonly extension: string;
  make(padding: number): Buffer;
}

const kind = (extension: string, make: (padding: number) => Buffer, ...types: readonly string[]): PlaceholderKind => ({
  types,
  extension,
  make,
});
const OPENXML = 'application/vnd.openxmlformats-officedocument';
const OASIS = 'application/vnd.oasis.opendocument';

/** Each kind of file that stands in for others of its kind; all else becomes `application/octet-stream`. */
export const PLACEHOLDER_KINDS: readonly PlaceholderKind[] = [
  kind('png', images.png, 'image/png'),
  kind('jpg', images.jpeg, 'image/jpeg', 'image/jpg'),
  kind('gif', images.gif, 'image/gif'),
  kind('webp', images.webp, 'image/webp'),
  kind('ico', images.icon, 'image/vnd.microsoft.icon', 'image/x-icon'),
  kind('svg', documents.svg, 'image/svg+xml'),
  kind('pdf', documents.pdf, 'application/pdf'),
  kind('xlsx', documents.xlsx, `${OPENXML}.spreadsheetml.sheet`),
  kind('docx', documents.docx, `${OPENXML}.wordprocessingml.document`),
  kind('odt', documents.odt, `${OASIS}.text`),
  kind('ods', documents.ods, `${OASIS}.spreadsheet`),
  kind('zip', documents.zip, 'application/zip', 'application/x-zip-compressed'),
  kind('csv', documents.csv, 'text/csv'),
  kind('html', documents.html, 'text/html'),
  kind('xml', documents.xml, 'application/xml', 'text/xml'),
  kind('json', documents.json, 'application/json'),
  kind('css', documents.styles, 'text/css', 'text/scss'),
  kind('js', documents.styles, 'application/javascript', 'text/javascript'),
  kind('txt', documents.plainText, 'text/plain', 'message/rfc822', 'text/calendar'),
  kind('bin', documents.nothingKnown, 'application/octet-stream'),
];

/** Files of up to so many bytes get a placeholder of about that size; larger ones the largest, which is enough for previews and limits. */
const SIZES = [
  { upTo: 8192, padding: 0 },
  { upTo: 65_536, padding: 24_576 },
  { upTo: 524_288, padding: 196_608 },
  { upTo: null, padding: 1_048_576 },
] as const;
/** SQL: which of the sizes. */
export const sizeSql = (bytes: string): string =>
  `case ${SIZES.flatMap(({ upTo }, i) => (upTo === null ? [] : [`when ${bytes}<=${upTo} then '${i}'`])).join(' ')} else '${SIZES.length - 1}' end`;

export interface StandIn extends Placeholder {
  readonly type: string;
  readonly size: number;
  readonly checksum: string;
}

let made: readonly StandIn[] | undefined;
/** Always the same files, 24 MB in all; made once per process. */
export const standIns = (): readonly StandIn[] => {
  made ??= PLACEHOLDER_KINDS.flatMap(({ types, make }) =>
    SIZES.map(({ padding }, size) => {
      const content = make(padding);
      const checksum = createHash('sha1').update(content).digest('hex');
      return { path: `${checksum.slice(0, 2)}/${checksum}`, content, type: types[0] ?? '', size, checksum };
    }),
  );
  return made;
};
