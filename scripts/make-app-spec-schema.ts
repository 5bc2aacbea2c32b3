/**
 * Makes packages/guards/src/schemas/data/app-spec.json from DigitalOcean's OpenAPI document (its address is in the README of
 * that folder): only what an app spec consists of, and every object closed, since the document leaves them open and a
 * misspelt key would pass. `node scripts/make-app-spec-schema.ts <openapi.json>`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const NOISE = new Set([
  'example',
  'examples',
  'description',
  'deprecated',
  'externalDocs',
  'default',
  'title',
  'nullable',
]);
const REF = '#/components/schemas/';

/** OpenAPI 3.0 to JSON Schema 2020-12. */
const convert = (value: unknown, isProperties = false): unknown => {
  if (Array.isArray(value)) return value.map((part) => convert(part));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => isProperties || !(NOISE.has(key) || key.startsWith('x-')));
  const made = Object.fromEntries(
    kept.map(([key, part]) => [
      key,
      key === '$ref' ? String(part).replace(REF, '#/$defs/') : convert(part, key === 'properties' && !isProperties),
    ]),
  );
  return value.nullable === true && typeof made.type === 'string' ? { ...made, type: [made.type, 'null'] } : made;
};

const nameOf = (ref: string): string => ref.split('/').at(-1) ?? '';

const isOpen = (schema: Json): boolean =>
  schema.additionalProperties !== undefined && schema.additionalProperties !== false;

const hasProperties = (schema: Json, all: Json): boolean => {
  if (typeof schema.$ref === 'string') return hasProperties(all[nameOf(schema.$ref)] as Json, all);
  if (isOpen(schema)) return false;
  if (schema.properties !== undefined) return true;
  return ['allOf', 'oneOf', 'anyOf'].some((key) =>
    ((schema[key] ?? []) as Json[]).some((part) => hasProperties(part, all)),
  );
};

/** A schema where it is used (a property, an item) is closed; a part of an `allOf` must stay open for its siblings. */
const close = (schema: unknown, used: boolean, all: Json): unknown => {
  if (!isObject(schema)) return schema;
  const made: Json = { ...schema };
  if (isObject(schema.properties))
    made.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, part]) => [key, close(part, true, all)]),
    );
  if (schema.items !== undefined) made.items = close(schema.items, true, all);
  for (const key of ['allOf', 'oneOf', 'anyOf'])
    if (Array.isArray(schema[key])) made[key] = schema[key].map((part) => close(part, false, all));
  if (!used || !hasProperties(schema, all)) return made;
  return { ...made, unevaluatedProperties: false };
};

const reachable = (schema: unknown, all: Json, found = new Set<string>()): Set<string> => {
  for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
    if (found.has(name)) continue;
    found.add(name);
    reachable(all[name], all, found);
  }
  return found;
};

const source = process.argv[2];
if (source === undefined) throw new Error('which OpenAPI document?');
const document = JSON.parse(await readFile(source, 'utf8')) as { components: { schemas: Json } };
const all = convert(document.components.schemas, true) as Json;
/** Missing in the published document, there in DigitalOcean's own Go client (godo, `AppSpec`). */
const spec = all.app_spec as { properties: Json };
spec.properties = {
  ...spec.properties,
  envs: { type: 'array', items: { $ref: '#/$defs/app_variable_definition' } },
  alerts: { type: 'array', items: { $ref: '#/$defs/app_alert_spec' } },
  features: { type: 'array', items: { type: 'string' } },
};
const closed = Object.fromEntries([...reachable(spec, all)].sort().map((name) => [name, close(all[name], false, all)]));
const made = { ...(close(spec, true, all) as Json), $defs: closed };
const target = join(import.meta.dirname, '../packages/guards/src/schemas/data/app-spec.json');
await writeFile(target, `${JSON.stringify(made)}\n`);
