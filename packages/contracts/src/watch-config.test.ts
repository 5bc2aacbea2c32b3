import { expect, test } from 'vitest';
import { parseProjectConfig } from './config-file.ts';

const parse = (watch: string) =>
  parseProjectConfig(`version: 1
name: shop
odoo: { series: '19.0' }
stages: { production: { target: docker, watch: ${watch} } }
`);

test('A production is watched for a quarter of an hour, and code goes back by itself, unless something else is said', () => {
  const parsed = parse('{}');
  expect(parsed.ok && parsed.config.stages.production?.watch).toMatchObject({ for: '15m', rollback: true });
  const short = parse('{ for: 45s, new_errors: 1 }');
  expect(short.ok && short.config.stages.production?.watch).toMatchObject({ for: '45s', new_errors: 1 });
});

test.each(['off', '0s', '12h'])('It may be watched for %s', (time) => {
  expect(parse(`{ for: ${time} }`).ok).toBe(true);
});

test.each([
  ['13h', 'is longer than 12h'],
  ['a while', 'for'],
  ['2d', 'is longer than 12h'],
])('It may not be watched for "%s"', (time, says) => {
  const parsed = parse(`{ for: ${time} }`);
  expect(parsed.ok).toBe(false);
  expect(JSON.stringify(parsed)).toContain(says);
});
