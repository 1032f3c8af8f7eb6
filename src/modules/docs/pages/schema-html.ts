import { schemaPointer, type JsonSchema } from '../contract/contract-schemas.js';
import { html, join, prose, type Html } from '../../../transport/html.js';

type Schema = JsonSchema | boolean;

/** The fields of an object schema as a table; any other schema as one line. */
export function schemaTable(schema: JsonSchema): Html {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0)
    return schema.type === 'object' && !schema.additionalProperties
      ? html`<p class="quiet">An empty object.</p>`
      : html`<p>${typeOf(schema)}</p>`;
  const rows = fields.map(([name, field]) => {
    const optional = schema.required?.includes(name) ? html`` : html` <span class="optional">optional</span>`;
    return html`<tr>
      <th scope="row"><code>${name}</code>${optional}</th>
      <td>${typeOf(field)}${wordsOf(field)}</td>
    </tr>`;
  });
  return html`<div class="scroll">
    <table class="fields">
      ${rows}
    </table>
  </div>`;
}

/** A schema in words: its type, its limits, and links to the named schemas it refers to. */
export function typeOf(schema: Schema): Html {
  if (typeof schema === 'boolean') return html`anything`;
  const [lone, ...more] = schema.allOf ?? [];
  if (lone !== undefined && more.length === 0) return typeOf(lone);
  if (schema.$ref !== undefined) return schemaLink(schema.$ref.slice(schemaPointer.length));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return join(choices.map(typeOf), ' or ');
  if (schema.enum !== undefined) return join(schema.enum.map(literal), ' | ');
  if (schema.const !== undefined) return literal(schema.const);
  return ofType(schema);
}

/** What the contract says about a field itself; a named schema is described in its own section. */
function wordsOf(field: Schema): Html {
  if (typeof field === 'boolean' || field.description === undefined) return html``;
  return html`<br /><span class="quiet">${prose(field.description)}</span>`;
}

function schemaLink(name: string): Html {
  return html`<a href="#schema-${name}">${name}</a>`;
}

function literal(value: unknown): Html {
  return html`<code>${JSON.stringify(value)}</code>`;
}

function ofType(schema: JsonSchema): Html {
  const types = [schema.type ?? []].flat();
  const words = types.filter((type) => type !== 'null').map((type) => ofPlainType(type, schema));
  const all = types.includes('null') ? [...words, html`null`] : words;
  return all.length === 0 ? html`anything` : join(all, ' or ');
}

function ofPlainType(type: string, schema: JsonSchema): Html {
  if (type === 'array') return arrayOf(schema);
  if (type === 'object') return objectOf(schema);
  return html`${[type, ...details(schema)].join(', ')}${pattern(schema)}`;
}

function arrayOf(schema: JsonSchema): Html {
  const items = Array.isArray(schema.items) ? schema.items[0] : schema.items;
  const bounds = range(schema.minItems, schema.maxItems, 'items');
  return html`array of ${typeOf(items ?? true)}${bounds === undefined ? '' : `, ${bounds}`}`;
}

function objectOf(schema: JsonSchema): Html {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return html`object of ${typeOf(schema.additionalProperties ?? true)}`;
  const parts = fields.map(([name, field]) => html`<code>${name}</code>${schema.required?.includes(name) ? '' : '?'}: ${typeOf(field)}`);
  return html`{ ${join(parts, ', ')} }`;
}

function details(schema: JsonSchema): string[] {
  const bounds = [range(schema.minimum, schema.maximum, ''), range(schema.minLength, schema.maxLength, 'characters'), schema.format];
  return bounds.filter((detail) => detail !== undefined);
}

function pattern(schema: JsonSchema): Html {
  return schema.pattern === undefined || schema.format !== undefined ? html`` : html`, <code>${schema.pattern}</code>`;
}

function range(min: number | undefined, max: number | undefined, unit: string): string | undefined {
  if (min === undefined && max === undefined) return undefined;
  const words = max === undefined ? `at least ${min}` : min === undefined ? `at most ${max}` : `${min} to ${max}`;
  return `${words} ${unit}`.trim();
}

/** A named schema with its description and fields, under the anchor `#schema-<name>`. */
export function namedSchema(name: string, schema: JsonSchema): Html {
  const words = schema.description === undefined ? html`` : html`<p>${prose(schema.description)}</p>`;
  return html`<section id="schema-${name}">
    <h3><a href="#schema-${name}">${name}</a></h3>
    ${words}${schemaTable(schema)}
  </section>`;
}
