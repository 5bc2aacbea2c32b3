import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { staleFiles } from '../../scripts/generate-reference.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the reference pages and the JSON Schema say what the code says (else: node scripts/generate-reference.ts)', async () => {
  expect(await staleFiles()).toEqual([]);
});

test('the JSON Schema takes the examples and refuses an unknown key, as Slipway does', async () => {
  const schema = JSON.parse(await readFile(join(ROOT, 'packages/contracts/schema/slipway.schema.json'), 'utf8'));
  const validate = new Ajv({ strict: false }).compile(schema);
  const example = parse(await readFile(join(ROOT, 'examples/shop/slipway.yaml'), 'utf8'));

  expect(validate(example)).toBe(true);
  expect(validate({ ...example, stage: {} })).toBe(false);
});
