import { storedZip } from './zip.ts';

/** Smallest documents of each kind that a reader opens, made longer by comments and blanks. */

const LINE = 'lorem ipsum dolor sit amet\n';
const lines = (padding: number, line = LINE): string => line.repeat(1 + Math.floor(padding / line.length));

export const plainText = (padding: number): Buffer => Buffer.from(lines(padding));
export const csv = (padding: number): Buffer => Buffer.from(`name,value\n${lines(padding, 'lorem ipsum,1\n')}`);
export const json = (padding: number): Buffer =>
  Buffer.from(`{"placeholder":"${'lorem '.repeat(1 + Math.floor(padding / 6))}"}\n`);
export const styles = (padding: number): Buffer => Buffer.from(`/* ${lines(padding)} */\n`);
export const nothingKnown = (padding: number): Buffer => Buffer.alloc(Math.max(padding, 16), 'lorem ipsum ');
export const xml = (padding: number): Buffer =>
  Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<placeholder>\n${lines(padding)}</placeholder>\n`);
export const html = (padding: number): Buffer =>
  Buffer.from(
    `<!DOCTYPE html>\n<html><head><title>Placeholder</title></head><body><p>${lines(padding)}</p></body></html>\n`,
  );
export const svg = (padding: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"><desc>${lines(padding)}</desc><rect width="64" height="64" fill="#c0c0c0"/></svg>\n`,
  );

export const pdf = (padding: number): Buffer => {
  const content = 'BT /F1 12 Tf 72 770 Td (Placeholder) Tj ET';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = `%PDF-1.4\n${lines(padding, `% ${LINE}`)}`;
  const offsets = objects.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
};

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const comment = (padding: number): string => (padding > 0 ? `<!-- ${lines(padding)} -->` : '');
const types = (parts: Readonly<Record<string, string>>): string =>
  `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${Object.entries(
    parts,
  )
    .map(
      ([part, type]) =>
        `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/>`,
    )
    .join('')}</Types>`;
const relation = (type: string, target: string): string =>
  `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/${type}" Target="${target}"/></Relationships>`;

export const docx = (padding: number): Buffer =>
  storedZip({
    '[Content_Types].xml': types({ '/word/document.xml': 'wordprocessingml.document.main' }),
    '_rels/.rels': relation('officeDocument', 'word/document.xml'),
    'word/document.xml': `${XML}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Placeholder</w:t></w:r></w:p></w:body></w:document>${comment(padding)}`,
  });

export const xlsx = (padding: number): Buffer => {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  return storedZip({
    '[Content_Types].xml': types({
      '/xl/workbook.xml': 'spreadsheetml.sheet.main',
      '/xl/worksheets/sheet1.xml': 'spreadsheetml.worksheet',
    }),
    '_rels/.rels': relation('officeDocument', 'xl/workbook.xml'),
    'xl/workbook.xml': `${XML}<workbook xmlns="${main}" xmlns:r="${OFFICE}"><sheets><sheet name="Placeholder" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relation('worksheet', 'worksheets/sheet1.xml'),
    'xl/worksheets/sheet1.xml': `${XML}<worksheet xmlns="${main}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Placeholder</t></is></c></row></sheetData></worksheet>${comment(padding)}`,
  });
};

const openDocument =
  (kind: 'text' | 'spreadsheet', body: string) =>
  (padding: number): Buffer => {
    const type = `application/vnd.oasis.opendocument.${kind}`;
    const names = 'urn:oasis:names:tc:opendocument:xmlns';
    return storedZip({
      mimetype: type,
      'META-INF/manifest.xml': `${XML}<manifest:manifest xmlns:manifest="${names}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="${type}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
      'content.xml': `${XML}<office:document-content xmlns:office="${names}:office:1.0" xmlns:text="${names}:text:1.0" xmlns:table="${names}:table:1.0" office:version="1.2"><office:body>${body}</office:body></office:document-content>${comment(padding)}`,
    });
  };
export const odt = openDocument('text', '<office:text><text:p>Placeholder</text:p></office:text>');
export const ods = openDocument(
  'spreadsheet',
  '<office:spreadsheet><table:table table:name="Placeholder"><table:table-row><table:table-cell><text:p>Placeholder</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>',
);
export const zip = (padding: number): Buffer => storedZip({ 'placeholder.txt': lines(padding) });
