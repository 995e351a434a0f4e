import type { JsonBody } from '#platform';
import { missing, optionalValue, unsupportedValue, wrongType } from './field-checks.js';
import { isObject } from './is-object.js';

const OPENAI_FORMATS = ['json_object', 'json_schema', 'text'] as const;
/** vLLM's own addition. */
const FURTHER_FORMATS = ['structural_tag'];

/** @throws GatewayError when `response_format` names no known type, or a schema that it does not hold. */
export function checkResponseFormat(body: JsonBody): void {
  const format = optionalValue(body, 'response_format');
  if (format === undefined) return;
  if (!isObject(format)) throw wrongType('response_format', 'an object', format);
  const { type, json_schema: schema } = format;
  if (type === undefined || type === null) throw missing('response_format.type');
  if (typeof type !== 'string') throw wrongType('response_format.type', 'a string', type);
  if (![...OPENAI_FORMATS, ...FURTHER_FORMATS].includes(type)) {
    throw unsupportedValue('response_format.type', type, OPENAI_FORMATS);
  }
  if (type === 'json_schema') checkSchema(schema);
}

function checkSchema(schema: unknown): void {
  const path = 'response_format.json_schema';
  if (schema === undefined || schema === null) throw missing(path);
  if (!isObject(schema)) throw wrongType(path, 'an object', schema);
  const { name, schema: definition } = schema;
  if (name === undefined || name === null) throw missing(`${path}.name`);
  if (typeof name !== 'string') throw wrongType(`${path}.name`, 'a string', name);
  if (definition !== undefined && definition !== null && !isObject(definition)) {
    throw wrongType(`${path}.schema`, 'an object', definition);
  }
}
