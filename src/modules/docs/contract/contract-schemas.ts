import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** A JSON Schema as Zod writes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;
/** OpenAPI 3.1 uses draft 2020-12, AsyncAPI 3.0 uses draft 7. */
export type SchemaTarget = 'draft-2020-12' | 'draft-7';
/** `input` is what a client sends, `output` what it receives. */
export type Direction = 'input' | 'output';

/** The version of the public contract, not of the server. A breaking change raises its first number and the `/v1` of the paths. */
export const contractVersion = '1.0.0';

/** Where both documents keep their named schemas. */
export const schemaPointer = '#/components/schemas/';

/**
 * Writes schemas of the contract as JSON Schema. A schema with an `id` becomes a component: it is kept once, and every use refers
 * to it. Throws if a component has one form in requests and another in responses.
 */
export class ContractSchemas {
  private readonly kept = new Map<string, JsonSchema>();

  constructor(private readonly target: SchemaTarget) {}

  /** A schema as it is used: a reference if it has a name. */
  write(schema: z.ZodType, direction: Direction): JsonSchema {
    const { root, named } = this.convert(schema, direction);
    this.keep(named);
    return root;
  }

  /** An object schema with its fields spelled out, even if it has a name. Only the schemas of its fields become components. */
  writeFields(schema: z.ZodType, direction: Direction): JsonSchema {
    const { root, named } = this.convert(schema, direction);
    const name = componentOf(root);
    const own = name === undefined ? undefined : named.get(name);
    if (name !== undefined) named.delete(name);
    this.keep(named);
    return own ?? root;
  }

  /** The component a reference leads to; any other schema is returned as it is. */
  resolve(schema: JsonSchema): JsonSchema {
    return this.kept.get(componentOf(schema) ?? '') ?? schema;
  }

  /** The components of everything written so far, by name. */
  components(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.kept].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private convert(schema: z.ZodType, direction: Direction): { root: JsonSchema; named: Map<string, JsonSchema> } {
    // Inside an object, a schema with an `id` is written as a reference.
    const written = z.toJSONSchema(z.object({ schema }), { io: direction, target: this.target, override: tidy });
    const named = Object.entries(written.$defs ?? written.definitions ?? {});
    return { root: clean(written.properties?.['schema']), named: new Map(named.map(([name, one]) => [name, clean(one)])) };
  }

  private keep(named: ReadonlyMap<string, JsonSchema>): void {
    for (const [name, schema] of named) {
      if (name.startsWith('__')) throw new Error('the contract contains a recursive schema, which Zod does not compile');
      const known = this.kept.get(name);
      if (known === undefined) this.kept.set(name, schema);
      else if (!isDeepStrictEqual(known, schema)) throw new Error(`${name} has different forms in requests and in responses`);
    }
  }
}

function componentOf(schema: JsonSchema): string | undefined {
  return schema.$ref?.slice(schemaPointer.length);
}

/** Shortens what Zod writes at length; changes `schema` in place, as Zod requires. */
function tidy({ jsonSchema: schema, zodSchema: from }: { jsonSchema: JsonSchema; zodSchema: z.core.$ZodType }): void {
  if (schema.format === 'uuid') schema.pattern = '^[0-9A-Fa-f-]{36}$';
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // Responses may gain fields, so a schema is closed only if the contract makes it strict.
  if (from instanceof z.ZodObject && from.def.catchall === undefined) delete schema.additionalProperties;
}

/** Makes every reference lead to the document's components. */
function clean(schema: unknown): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (isLoneAllOf(value)) return value.allOf[0];
    return key === '$ref' && typeof value === 'string' ? schemaPointer + value.slice(value.lastIndexOf('/') + 1) : value;
  });
}

/** In draft 7 a reference has no siblings, so Zod wraps some of them in `allOf`, even where there are none. */
function isLoneAllOf(value: unknown): value is { allOf: [unknown] } {
  if (typeof value !== 'object' || value === null || !('allOf' in value)) return false;
  return Array.isArray(value.allOf) && value.allOf.length === 1 && Object.keys(value).length === 1;
}
