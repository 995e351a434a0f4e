import { isFields, type Fields } from '../read-fields.js';
import { findStringValue } from './find-string-value.js';
import { maxSchemaDepth, resolveSchema } from './resolve-schema.js';

const answerNames = /answer|reply|response|result|summary|explanation|description|output|reasoning/i;

export interface FillOptions {
  /** What the values are taken from. */
  readonly text: string;
  /** Fills properties that are not required too; without it they appear only where the text speaks of them. */
  readonly includeOptional: boolean;
  /** For strings of which the text says nothing, and for those whose name asks for an answer. */
  readonly fallbackText: string;
}

/** A value of the schema's shape, filled from a text by type: choices, numbers in their order, names, quotes. */
export function fillSchema(schema: Fields, options: FillOptions): unknown {
  return new SchemaFiller(schema, options).fill('', schema, 0);
}

class SchemaFiller {
  /** Numbers of the text that no field has taken yet. */
  private readonly numbers: number[];

  private readonly root: Fields;
  private readonly options: FillOptions;

  constructor(root: Fields, options: FillOptions) {
    this.root = root;
    this.options = options;
    this.numbers = (options.text.match(/(?<![\w.])-?\d+(?:\.\d+)?(?!\w)/g) ?? []).map(Number);
  }

  fill(name: string, rawSchema: unknown, depth: number): unknown {
    const schema = resolveSchema(rawSchema, this.root);
    if ('const' in schema) return schema['const'];
    const choices = schema['enum'];
    if (Array.isArray(choices) && choices.length > 0) return this.findChoice(choices) ?? choices[0];
    switch (typeOf(schema)) {
      case 'object':
        return this.fillObject(schema, depth);
      case 'array':
        return this.fillArray(name, schema, depth);
      case 'integer':
        return Math.round(this.takeNumber(schema));
      case 'number':
        return this.takeNumber(schema);
      case 'boolean':
        return schema['default'] ?? !/\b(?:not|no|never|without|false|off)\b|n't\b/i.test(this.options.text);
      case 'null':
        return null;
      default:
        return this.fillString(name, schema);
    }
  }

  private fillObject(schema: Fields, depth: number): Fields {
    const properties = isFields(schema['properties']) ? schema['properties'] : {};
    const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
    const filled: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      const wanted = required.has(name) || (this.options.includeOptional && depth < maxSchemaDepth);
      if (wanted || this.speaksOf(resolveSchema(property, this.root)))
        filled[name] = this.fill(name, property, depth + 1);
    }
    return filled;
  }

  private fillArray(name: string, schema: Fields, depth: number): unknown[] {
    const items = resolveSchema(schema['items'], this.root);
    const least = Math.max(typeof schema['minItems'] === 'number' ? schema['minItems'] : 1, 1);
    const most = typeof schema['maxItems'] === 'number' ? schema['maxItems'] : Infinity;
    if (depth >= maxSchemaDepth) return [];
    const isNumeric = typeOf(items) === 'integer' || typeOf(items) === 'number';
    const length = Math.min(isNumeric ? Math.max(this.numbers.length, least) : least, most);
    return Array.from({ length }, () => this.fill(name, items, depth + 1));
  }

  private findChoice(choices: readonly unknown[]): unknown {
    const text = this.options.text.toLowerCase();
    return choices.find((choice) => typeof choice === 'string' && choice !== '' && text.includes(choice.toLowerCase()));
  }

  private takeNumber(schema: Fields): number {
    const bound = (key: string, otherwise: number) => (typeof schema[key] === 'number' ? schema[key] : otherwise);
    const value = this.numbers.shift() ?? bound('default', bound('minimum', 0));
    return Math.min(Math.max(value, bound('minimum', -Infinity)), bound('maximum', Infinity));
  }

  private fillString(name: string, schema: Fields): string {
    const { default: otherwise, maxLength, minLength } = schema;
    const found = answerNames.test(name) ? undefined : findStringValue(name, schema['format'], this.options.text);
    const value = found ?? (typeof otherwise === 'string' ? otherwise : this.options.fallbackText);
    const cut = typeof maxLength === 'number' ? value.slice(0, maxLength) : value;
    return typeof minLength === 'number' ? cut.padEnd(minLength, '.') : cut;
  }

  /** An optional property is worth filling where one of its choices stands in the text. */
  private speaksOf(schema: Fields): boolean {
    return Array.isArray(schema['enum']) && this.findChoice(schema['enum']) !== undefined;
  }
}

function typeOf(schema: Fields): unknown {
  const { type } = schema;
  if (Array.isArray(type)) return type.find((option) => option !== 'null') ?? 'null';
  if (type === undefined && isFields(schema['properties'])) return 'object';
  if (type === undefined && schema['items'] !== undefined) return 'array';
  return type ?? 'string';
}
