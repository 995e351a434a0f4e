import type { MediaTypeObject, ResponseObject, SchemaObject } from '../openapi.types.js';

export const text = (description: string): SchemaObject => ({ type: 'string', description });
export const integer = (description: string): SchemaObject => ({ type: 'integer', description });
export const flag = (description: string): SchemaObject => ({ type: 'boolean', description });

/** A decimal within bounds, both included. */
export function decimal(description: string, minimum: number, maximum: number): SchemaObject {
  return { type: 'number', description, minimum, maximum };
}

export function arrayOf(items: SchemaObject, description?: string): SchemaObject {
  return { type: 'array', items, ...(description === undefined ? {} : { description }) };
}

/** An object of which further properties are allowed, as OpenAI's are. */
export function objectOf(
  properties: Readonly<Record<string, SchemaObject>>,
  required: readonly string[] = [],
): SchemaObject {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

export function oneOfTexts(values: readonly string[], description: string): SchemaObject {
  return { type: 'string', enum: values, description };
}

export function json(schema: SchemaObject): Readonly<Record<string, MediaTypeObject>> {
  return { 'application/json': { schema } };
}

/** A 200 whose body is JSON. */
export function answers(description: string, schema: SchemaObject): Readonly<Record<string, ResponseObject>> {
  return { '200': { description, content: json(schema) } };
}

export function reference(name: string): SchemaObject {
  return { $ref: `#/components/schemas/${name}` };
}
