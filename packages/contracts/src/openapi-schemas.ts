/** Schemas of the route table as those of an OpenAPI document: each that has a name stands once, under components. */
import { z } from 'zod';
import * as audit from './audit-view.ts';
import * as bundle from './bundle-views.ts';
import * as description from './description-views.ts';
import * as forecast from './forecast-views.ts';
import * as guards from './guards-views.ts';
import * as invariants from './invariants-views.ts';
import * as notices from './notice-views.ts';
import * as postmortem from './postmortem-view.ts';
import { problem } from './problem.ts';
import * as production from './production-views.ts';
import * as promotion from './promotion-views.ts';
import * as rehearsal from './rehearsal-views.ts';
import * as rollback from './rollback-views.ts';
import * as smoke from './smoke-views.ts';
import * as tokens from './token-views.ts';
import * as views from './views.ts';
import * as watch from './watch-views.ts';

/** JSON Schema 2020-12, which is what OpenAPI 3.1 has. */
export type JsonSchema = { readonly [key: string]: unknown };

const MODULES: readonly Readonly<Record<string, unknown>>[] = [
  ...[audit, bundle, description, forecast, guards, invariants, notices, postmortem, production, promotion],
  ...[rehearsal, rollback, smoke, tokens, views, watch, { problem }],
];

const isSchema = (value: unknown): value is z.ZodType => value instanceof z.ZodType;

/** By the names of the constants that hold them: `previewView` is `PreviewView`. */
const names = (): z.core.$ZodRegistry<{ id: string }> => {
  const registry = z.registry<{ id: string }>();
  const taken = new Set<string>();
  for (const [name, value] of MODULES.flatMap((module) => Object.entries(module))) {
    const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    if (!isSchema(value) || registry.has(value) || taken.has(id)) continue;
    taken.add(id);
    registry.add(value, { id });
  }
  return registry;
};

const inComponents = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inComponents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' ? String(inner).replace(/^#\/\$defs\/|^#$/, '#/components/schemas/') : inComponents(inner),
    ]),
  );
};

export interface Schemas {
  /** What is sent (`input`: defaults may be left out) or answered (`output`). */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  readonly components: Record<string, JsonSchema>;
}

export const openSchemas = (): Schemas => {
  const metadata = names();
  const components: Record<string, JsonSchema> = {};
  const keep = (name: string, schema: JsonSchema): void => {
    const { id: _, $schema: __, ...own } = schema;
    components[name] ??= inComponents(own) as JsonSchema;
  };
  return {
    components,
    of: (schema, io) => {
      const made = z.toJSONSchema(schema, {
        ...{ io, metadata, target: 'draft-2020-12', unrepresentable: 'any', cycles: 'throw' },
        // A newer server may say more: who reads answers must not stumble over it.
        override: ({ zodSchema, jsonSchema }) => {
          if (zodSchema._zod.def.type === 'object' && (zodSchema as z.ZodObject)._zod.def.catchall === undefined)
            delete jsonSchema.additionalProperties;
        },
      }) as JsonSchema & { readonly $defs?: Record<string, JsonSchema>; readonly id?: string };
      const { $defs = {}, $schema: _, ...own } = made;
      for (const [name, one] of Object.entries($defs)) keep(name, one);
      const name = metadata.get(schema)?.id;
      if (name === undefined) return inComponents(own) as JsonSchema;
      keep(name, own);
      return { $ref: `#/components/schemas/${name}` };
    },
  };
};
