import { isFields, type Fields } from '../read-fields.js';

// A schema that refers to itself is followed this far down.
export const maxSchemaDepth = 8;

/** A schema with references followed, `allOf` merged, and the first alternative that is not `null` chosen. */
export function resolveSchema(schema: unknown, root: Fields): Fields {
  let resolved = isFields(schema) ? schema : {};
  for (let step = 0; step < maxSchemaDepth; step += 1) {
    const next = followOnce(resolved, root);
    if (next === undefined) return resolved;
    resolved = next;
  }
  return resolved;
}

function followOnce(schema: Fields, root: Fields): Fields | undefined {
  const { $ref: reference, allOf, ...rest } = schema;
  if (typeof reference === 'string') return { ...lookUp(reference, root), ...rest };
  if (Array.isArray(allOf)) return mergeAll(allOf, rest, root);
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(alternatives)) return undefined;
  const chosen: unknown = alternatives.find((option) => isFields(option) && option['type'] !== 'null');
  const { anyOf: _anyOf, oneOf: _oneOf, ...others } = schema;
  return { ...others, ...(isFields(chosen) ? chosen : {}) };
}

function mergeAll(parts: readonly unknown[], rest: Fields, root: Fields): Fields {
  let merged: Fields = rest;
  for (const part of parts) {
    const resolved = resolveSchema(part, root);
    merged = {
      ...merged,
      ...resolved,
      properties: { ...asFields(merged['properties']), ...asFields(resolved['properties']) },
      required: [...asArray(merged['required']), ...asArray(resolved['required'])],
    };
  }
  return merged;
}

function lookUp(reference: string, root: Fields): Fields {
  let found: unknown = root;
  for (const raw of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    const name = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    found = isFields(found) ? found[name] : undefined;
  }
  return asFields(found);
}

function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
