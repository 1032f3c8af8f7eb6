import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { namedSchemas } from './contract-modules.js';
import { schemaDescriptions } from './schema-descriptions.js';
import { schemaUses, type Direction } from './schema-uses.js';

/** A JSON Schema as Zod writes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;
/** OpenAPI 3.1 takes draft 2020-12, AsyncAPI 3.0 draft 7. */
export type SchemaTarget = 'draft-2020-12' | 'draft-7';

/** Where both documents keep their named schemas. */
export const schemaPointer = '#/components/schemas/';

/** The contract's schemas as JSON Schema: named ones stand once under `components`, everything else refers to them. */
export interface ContractSchemas {
  /** The form of a schema that a route, command or event uses; throws for any other. */
  of(schema: z.ZodType, direction: Direction): JsonSchema;
  /** The named schemas that a part of a document refers to, directly or through others, by name. */
  componentsOf(part: unknown): Record<string, JsonSchema>;
}

/** Writes all schemas of the contract. Throws when a named schema would differ between requests and answers. */
export function contractSchemas(target: SchemaTarget): ContractSchemas {
  const written = { input: writeUses('input', target), output: writeUses('output', target) };
  const components = mergeComponents(written.input, written.output, target);
  return {
    componentsOf: (part) => reachable(part, components),
    of(schema, direction) {
      const found = written[direction].get(schema);
      if (found === undefined) throw new Error('the schema is not used by the contract in this direction');
      return found;
    },
  };
}

type Uses = ReadonlyMap<z.ZodType, JsonSchema>;
type Schemas = Readonly<Record<string, JsonSchema>>;

function writeUses(direction: Direction, target: SchemaTarget): Uses {
  const names = namedSchemas();
  const metadata = registryOf(names);
  const write = (schema: z.ZodType): JsonSchema => {
    const name = names.get(schema);
    if (name !== undefined) return { $ref: schemaPointer + name };
    return clean(z.toJSONSchema(schema, { io: direction, target, metadata, override: tidy }));
  };
  return new Map(schemaUses(direction).map((schema) => [schema, write(schema)]));
}

function writeComponents(direction: Direction, target: SchemaTarget): Schemas {
  const { schemas } = z.toJSONSchema(registryOf(namedSchemas()), {
    io: direction,
    target,
    uri: (id) => schemaPointer + id,
    override: tidy,
  });
  const { __shared: shared, ...named } = schemas;
  const recursive = Object.values(shared?.$defs ?? shared?.definitions ?? {});
  if (recursive.length > 0) throw new Error('the contract holds a recursive schema, which cannot be compiled');
  return Object.fromEntries(Object.entries(named).map(([name, schema]) => [name, describe(name, clean(schema))]));
}

function registryOf(names: ReadonlyMap<z.ZodType, string>) {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  return registry;
}

/** Says in fewer words what Zod's long form means; changes `schema` in place, as Zod wants it. */
function tidy({ jsonSchema: schema, zodSchema: from }: { jsonSchema: JsonSchema; zodSchema: z.core.$ZodType }): void {
  if (schema.format === 'lowercase' && schema.allOf !== undefined) {
    delete schema.allOf;
    Object.assign(schema, { format: 'uuid', pattern: '^[0-9a-f-]{36}$' });
  }
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // Answers may grow fields, so only what is strict in the contract is closed.
  if (from instanceof z.ZodObject && from.def.catchall === undefined) delete schema.additionalProperties;
}

/** Drops what only stand-alone schemas have, and makes every reference point at the document's components. */
function clean(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (['$schema', '$id', '$defs', 'definitions'].includes(key)) return undefined;
    if (isLoneAllOf(value)) return value.allOf[0];
    return key === '$ref' && typeof value === 'string' ? schemaPointer + componentName(value) : value;
  });
}

/** In draft 7 nothing may stand beside a reference, so Zod wraps some of them where nothing does. */
function isLoneAllOf(value: unknown): value is { allOf: [unknown] } {
  if (typeof value !== 'object' || value === null || !('allOf' in value)) return false;
  return Array.isArray(value.allOf) && value.allOf.length === 1 && Object.keys(value).length === 1;
}

function componentName(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

function describe(name: string, schema: JsonSchema): JsonSchema {
  const description = schemaDescriptions[name];
  return description === undefined ? schema : { description, ...schema };
}

function reachable(part: unknown, all: Schemas): Record<string, JsonSchema> {
  const seen = new Set<string>();
  const visit = (value: unknown): void => {
    for (const name of refsIn(value).filter((ref) => ref in all && !seen.has(ref))) {
      seen.add(name);
      visit(all[name]);
    }
  };
  visit(part);
  return Object.fromEntries(Object.entries(all).filter(([name]) => seen.has(name)));
}

function refsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].flatMap((match) => match[1] ?? []);
}

function mergeComponents(input: Uses, output: Uses, target: SchemaTarget): Schemas {
  const requests = reachable([...input.values()], writeComponents('input', target));
  const answers = reachable([...output.values()], writeComponents('output', target));
  for (const [name, schema] of Object.entries(requests)) {
    if (answers[name] && !isDeepStrictEqual(schema, answers[name]))
      throw new Error(`${name} means one thing in requests and another in answers`);
  }
  return Object.fromEntries(Object.entries({ ...requests, ...answers }).sort(([a], [b]) => (a < b ? -1 : 1)));
}
