import type { Random } from './random.js';
import type { Field, Path } from './schema-values.js';

/** One change to a valid input: what stands at the path instead, as JSON, or undefined if nothing stands there. */
export interface Mutation {
  readonly path: Path;
  readonly json: string | undefined;
}

/** What every run tries: each place without a value, with each of its first values, and each number without the fields that exclude it. */
export function firstMutations(fields: readonly Field[]): Mutation[][] {
  return fields.flatMap(({ path, isNumber, optionalSiblings, first }) => {
    const alone = optionalSiblings.map((sibling): Mutation => ({ path: sibling, json: undefined }));
    return [
      ...(path.length === 0 ? [] : [[{ path, json: undefined }]]),
      ...first.map((json) => [{ path, json }]),
      ...(isNumber && alone.length > 0 ? first.map((json) => [{ path, json }, ...alone]) : []),
    ];
  });
}

/** Each place with each of its other values, and with an unknown field, one change per input. */
export function otherMutations(fields: readonly Field[]): Mutation[] {
  return fields.flatMap(({ path, first, values }) => [
    ...values.slice(first.length).map((json) => ({ path, json })),
    ...['__proto__', 'constructor', 'unknownField', '\0', '\ud800'].map((name) => ({ path: [...path, name], json: '1' })),
  ]);
}

/** Endless combinations of one to three changes, some with values that are random altogether. */
export function randomMutations(fields: readonly Field[], random: Random): () => Mutation[] {
  return () => Array.from({ length: 1 + random.below(3) }, () => randomMutation(random.pick(fields), random));
}

function randomMutation({ path, values }: Field, random: Random): Mutation {
  const kind = random.below(10);
  if (kind === 0 && path.length > 0) return { path, json: undefined };
  return { path, json: kind <= 6 ? random.pick(values) : JSON.stringify(kind <= 8 ? random.text(40) : random.json(4)) };
}

/** The JSON of a value with the changes applied; undefined if nothing is left. */
export function writeJson(value: unknown, mutations: readonly Mutation[]): string | undefined {
  const whole = mutations.find(({ path }) => path.length === 0);
  if (whole !== undefined) return whole.json;
  if (mutations.length === 0) return value === undefined ? undefined : JSON.stringify(value);
  const names = new Set(mutations.map(({ path: [first] }) => first));
  const write = (name: string | number) => writeJson(childOf(value, name), mutations.filter(({ path }) => path[0] === name).map(inside));
  if (names.has(0)) return `[${[write(0), ...tailOf(value)].filter((item) => item !== undefined).join(',')}]`;
  const keys = [...new Set([...keysOf(value), ...[...names].map(String)])];
  const pairs = keys.map((key) => [key, write(key)] as const).filter(([, json]) => json !== undefined);
  return `{${pairs.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}

function inside({ path, json }: Mutation): Mutation {
  return { path: path.slice(1), json };
}

function childOf(value: unknown, name: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function tailOf(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(1).map((item) => JSON.stringify(item)) : [];
}
