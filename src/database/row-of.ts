/** A row as a statement returns it: these fields of an entity, under the names of their columns (`joinedAt` as `joined_at`). */
export type RowOf<Entity, Field extends keyof Entity & string> = { readonly [Name in Field as SnakeCase<Name>]: Entity[Name] };

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeCase<Rest>}`
    : `_${Lowercase<First>}${SnakeCase<Rest>}`
  : Name;
