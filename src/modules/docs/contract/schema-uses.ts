import { z } from 'zod';
import { AckError, commands } from '#contracts/commands.js';
import { events } from '#contracts/events.js';
import { routes, type RouteSpec } from '#contracts/routes.js';

/** `input` is what a client sends, `output` what it gets. */
export type Direction = 'input' | 'output';

/** Every schema that stands directly in a route, command or event, in the order of the contract. */
export function schemaUses(direction: Direction): z.ZodType[] {
  return direction === 'input' ? inputs() : outputs();
}

function inputs(): z.ZodType[] {
  const ofRoutes = Object.values<RouteSpec>(routes).flatMap((route) => [
    ...parameterSchemas(route.params),
    ...parameterSchemas(route.query),
    ...present(route.body),
  ]);
  return [...ofRoutes, ...Object.values(commands).map((command) => command.input)];
}

function outputs(): z.ZodType[] {
  const ofRoutes = Object.values<RouteSpec>(routes).flatMap((route) => Object.values(route.responses).flatMap(present));
  return [
    ...ofRoutes,
    ...Object.values(commands).map((command) => command.data),
    ...Object.values(events).map((event) => event.payload),
    AckError,
  ];
}

/** The fields of a route's `params` or `query`: a client meets each on its own. */
function parameterSchemas(schema: z.ZodType | undefined): z.ZodType[] {
  return Object.values(parameterShape(schema)).map((field) => (field instanceof z.ZodOptional ? unwrap(field) : field));
}

/** Name and schema of each parameter; one that is `ZodOptional` may be absent. */
export function parameterShape(schema: z.ZodType | undefined): Readonly<Record<string, z.ZodType>> {
  if (schema === undefined) return {};
  if (!(schema instanceof z.ZodObject)) throw new Error('path and query are described by an object schema');
  const shape: Record<string, unknown> = schema.shape;
  return Object.fromEntries(Object.entries(shape).flatMap(([name, field]) => (field instanceof z.ZodType ? [[name, field]] : [])));
}

/** The schema behind `.optional()`. */
export function unwrap(field: z.ZodType): z.ZodType {
  const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
  return inner instanceof z.ZodType ? inner : field;
}

function present(schema: z.ZodType | null | undefined): z.ZodType[] {
  return schema ? [schema] : [];
}
