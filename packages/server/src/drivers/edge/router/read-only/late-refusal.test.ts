import { describe, expect, it } from 'vitest';
import { watchAnswer } from './late-refusal.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const seen = (type: string, parts: readonly string[], more: { method?: string; status?: number } = {}): string => {
  const watch = watchAnswer(more.method ?? 'POST', { status: more.status ?? 200, raw: ['Content-Type', type] });
  if (!watch) return 'not watched';
  for (const part of parts) {
    const now = watch.look(Buffer.from(part));
    if (now !== 'unclear') return now;
  }
  return `${watch.end()} at the end`;
};
const error = (name: string): string =>
  `{"jsonrpc": "2.0", "id": 7, "error": {"code": 0, "message": "Odoo Server Error", "data": {"name": "${name}", "message": "permission denied for table res_partner\\n", "debug": "${'x'.repeat(3000)}"}}}`;
const REFUSED = 'psycopg2.errors.InsufficientPrivilege';

describe('an answer in JSON', () => {
  it.each([
    ['that the database refuses', [error(REFUSED)], 'refused'],
    ['that a transaction is read-only', [error('psycopg2.errors.ReadOnlySqlTransaction')], 'refused'],
    [
      'that the code of a server action was refused',
      [
        `{"jsonrpc": "2.0", "id": 1, "error": {"data": {"name": "builtins.ValueError", "message": "InsufficientPrivilege('permission denied for table res_partner\\n') while evaluating`,
      ],
      'refused',
    ],
    ['an error in small parts', [...error(REFUSED)], 'refused'],
    ['another error', [error('odoo.exceptions.ValidationError')], 'fine'],
    ['a short error', ['{"jsonrpc": "2.0", "id": 7, "error": {"code": 0}}'], 'fine at the end'],
    ['a result', ['{"jsonrpc": "2.0", "id": 7, "result": ['], 'fine'],
    ['a result that quotes such an error', [`{"jsonrpc": "2.0", "id": 7, "result": "${REFUSED}"}`], 'fine'],
    ['an error of /json/2', [`{"name": "${REFUSED}", "message": "x"}`], 'refused'],
    ['records of /json/2', [`[{"id": 1, "name": "${REFUSED}"}]`], 'fine'],
    ['a number', ['42'], 'fine at the end'],
    ['nothing', [], 'fine at the end'],
  ])('%s', (_, parts, expected) => {
    expect(seen(JSON_TYPE, parts)).toBe(expected);
  });
});

describe('an answer in XML', () => {
  const fault = (text: string): string =>
    `<?xml version="1.0"?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n<name>faultString</name>\n<value><string>Traceback ${'x'.repeat(9000)}\n${text}</string></value></member></struct></value></fault></methodResponse>`;

  it.each([
    ['a fault of the database', [fault(`${REFUSED}: permission denied`)], 'refused'],
    ['another fault', [fault('odoo.exceptions.AccessDenied')], 'fine at the end'],
    ['a result', ['<?xml version="1.0"?>\n<methodResponse>\n<params>'], 'fine'],
    ['a fault longer than any traceback', ['<methodResponse><fault>', 'x'.repeat(70_000)], 'fine'],
  ])('%s', (_, parts, expected) => {
    expect(seen('text/xml', parts)).toBe(expected);
  });
});

it('takes a 500 that answers a form or a look for a refusal, and leaves every other page as it is', () => {
  expect(seen('text/html; charset=utf-8', ['<h1>'], { status: 500 })).toBe('refused');
  expect(seen('text/html; charset=utf-8', ['<h1>'], { status: 500, method: 'GET' })).toBe('refused');
  expect(seen('text/html; charset=utf-8', [], { status: 500, method: 'HEAD' })).toBe('not watched');
  expect(seen('text/html; charset=utf-8', ['<h1>'], { status: 404, method: 'GET' })).toBe('not watched');
  expect(seen('text/html', ['<h1>'])).toBe('not watched');
  expect(seen('image/png', ['x'])).toBe('not watched');
  expect(watchAnswer('POST', { status: 200, raw: ['Content-Type', JSON_TYPE, 'Content-Encoding', 'gzip'] })).toBeNull();
});
