import { z } from 'zod';
import { forgedCursors, hostileIds, hostileJson, hostileNumbers, hostileTexts, hostileTimes, hugeTexts } from './hostile-values.js';

type JsonSchema = z.core.JSONSchema.BaseSchema;
export type Path = ReadonlyArray<string | number>;

/** One place in an input and the values to try there, each as JSON. */
export interface Field {
  readonly path: Path;
  readonly isNumber: boolean;
  /** The places in the same object that may be missing. Some exclude this one. */
  readonly optionalSiblings: readonly Path[];
  /** The values that every run tries: what follows from the schema, and what is most likely to break a server. */
  readonly first: readonly string[];
  readonly values: readonly string[];
}

/** Every place of an input: its fields, the items of its lists, and their fields. The first place is the whole input. */
export function fieldsOf(schema: z.ZodType, known: KnownValues): Field[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const defined: Readonly<Record<string, JsonSchema>> = root.$defs ?? {};
  const walk = (found: JsonSchema, path: Path, siblings: readonly Path[] = []): Field[] => {
    const one = resolve(found, defined);
    const { properties = {}, required = [], items, anyOf = [] } = one;
    const optional = Object.keys(properties).filter((name) => !required.includes(name));
    return [
      { ...fieldOf(path, one, known, defined), optionalSiblings: siblings },
      ...Object.entries(properties).flatMap(([name, field]) =>
        walk(
          schemaOf(field),
          [...path, name],
          optional.filter((other) => other !== name).map((other) => [...path, other]),
        ),
      ),
      ...(items === undefined || Array.isArray(items) ? [] : walk(schemaOf(items), [...path, 0])),
      ...anyOf.flatMap((choice) => walk(schemaOf(choice), path, siblings)),
    ];
  };
  return walk(root, []);
}

/** What exists on the server under test. */
export interface KnownValues {
  /** Ids of users, conversations, sessions and messages. */
  readonly ids: readonly string[];
  /** Cursors that lists have returned. */
  readonly cursors: readonly string[];
}

/** Written once: the values of all fields share them. */
const usualValues = [...hostileJson, ...hostileNumbers, ...hostileTexts.map((text) => JSON.stringify(text))];
const hugeValues = hugeTexts.map((text) => JSON.stringify(text));

const coreValues = ['null', '{}', '[]', '""', '-1', '0', '2147483647', '2147483648', '9007199254740993', '"\\u0000"', '"\\ud800"', '"%"'];

function fieldOf(
  path: Path,
  schema: JsonSchema,
  known: KnownValues,
  defined: Readonly<Record<string, JsonSchema>>,
): Omit<Field, 'optionalSiblings'> {
  const own = [
    ...ownTexts(schema, nameOf(path), known).map((text) => JSON.stringify(text)),
    ...ownNumbers(schema),
    ...ownLists(schema, known, defined),
  ];
  const first = [...new Set([...own, ...coreValues])];
  return {
    path,
    isNumber: schema.type === 'integer' || schema.type === 'number',
    first,
    values: [...new Set([...first, ...usualValues, ...(schema.type === 'string' ? hugeValues : [])])],
  };
}

function ownTexts({ type, minLength = 0, maxLength, format, enum: choices = [] }: JsonSchema, name: string, known: KnownValues): string[] {
  const texts = choices.map(String).flatMap((choice) => [choice, choice.toUpperCase(), `${choice} `]);
  if (type !== 'string') return texts;
  const lengths = [minLength - 1, minLength, minLength + 1, ...(maxLength === undefined ? [] : [maxLength - 1, maxLength, maxLength + 1])];
  for (const length of lengths.filter((one) => one > 0))
    texts.push('x'.repeat(length), 'é'.repeat(length), '👍'.repeat(Math.ceil(length / 2)));
  if (format === 'uuid') texts.push(...known.ids, ...known.ids.map((id) => id.toUpperCase()), ...hostileIds);
  if (format === 'date-time') texts.push(...hostileTimes);
  if (name === 'cursor')
    texts.push(...forgedCursors, ...known.cursors, ...known.cursors.flatMap((cursor) => [cursor.slice(0, -1), `${cursor}A`, `${cursor}=`]));
  if (format === 'uri')
    texts.push('http://x', 'javascript:alert(1)', 'https://', 'http://[::1]:99999/', 'https://user:pass@x/%00', 'HTTPS://X/\0');
  return texts;
}

function ownNumbers({ type, minimum, maximum }: JsonSchema): string[] {
  if (type !== 'integer' && type !== 'number') return [];
  return [minimum, maximum].flatMap((bound) => (bound === undefined ? [] : [bound - 1, bound, bound + 1])).map(String);
}

/** Lists of valid items, as long as allowed and one longer, and with an item twice. */
function ownLists({ type, items, maxItems = 3 }: JsonSchema, known: KnownValues, defined: Readonly<Record<string, JsonSchema>>): string[] {
  if (type !== 'array' || items === undefined || Array.isArray(items)) return [];
  const item = resolve(schemaOf(items), defined);
  if (item.format === 'uuid') {
    const made = (count: number) =>
      Array.from({ length: count }, (_, index) => `019cf1a3-0e52-7d18-9c4f-${String(index).padStart(12, '0')}`);
    const lists = [known.ids, [...known.ids, ...known.ids], known.ids.slice(0, 1), made(maxItems), made(maxItems + 1)];
    return lists.map((list) => JSON.stringify(list));
  }
  return [maxItems, maxItems + 1].map((count) => JSON.stringify(Array.from({ length: count }, () => ({ text: 'x' }))));
}

function resolve(schema: JsonSchema, defined: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : resolve({ ...defined[name], ...schema, $ref: undefined }, defined);
}

function schemaOf(schema: JsonSchema | boolean): JsonSchema {
  return typeof schema === 'boolean' ? {} : schema;
}

function nameOf(path: Path): string {
  return String(path.at(-1) ?? '');
}
