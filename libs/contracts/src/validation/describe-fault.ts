import { getMetadataStorage } from 'class-validator';
import { describeMetadataFault } from './describe-metadata-fault.js';
import { kindOf } from './kind-of.js';
import type { Constructor } from './nested-contracts.js';
import type { ValidationFault } from './validation-fault.js';

export interface FailedConstraint {
  readonly contract: Constructor;
  readonly property: string;
  readonly param: string;
  /** The validator's name of the rule, e.g. `isIn`. */
  readonly constraint: string;
  /** The validator's own message, used where OpenAI has no wording. */
  readonly message: string;
  readonly value: unknown;
}

const EXPECTED_TYPES: Readonly<Record<string, string>> = {
  isString: 'a string',
  isInt: 'an integer',
  isNumber: 'a decimal',
  isBoolean: 'a boolean',
  isObject: 'an object',
  isArray: 'an array',
  nestedValidation: 'an object',
};

/** Words a failed rule as OpenAI words it. */
export function describeFault(failed: FailedConstraint): ValidationFault {
  const { param, value, constraint } = failed;
  if (value === undefined || (value === null && constraint !== 'isIn')) {
    return { reason: 'missing_required_parameter', param, message: `Missing required parameter: '${param}'.` };
  }
  const expected = EXPECTED_TYPES[constraint];
  if (expected !== undefined) {
    const message = `Invalid type for '${param}': expected ${expected}, but got ${kindOf(value)} instead.`;
    return { reason: 'invalid_type', param, message };
  }
  return describeValueFault(failed);
}

function describeValueFault(failed: FailedConstraint): ValidationFault {
  const { param, constraint, value } = failed;
  switch (constraint) {
    case 'isIn':
      return describeUnsupported(failed);
    case 'min':
      return outOfBounds(failed, 'integer_below_min_value', 'integer below minimum value', '>=');
    case 'max':
      return outOfBounds(failed, 'integer_above_max_value', 'integer above maximum value', '<=');
    case 'isNotEmpty': {
      const message = `Invalid '${param}': empty string. Expected a string with minimum length 1, but got an empty string instead.`;
      return { reason: 'invalid_value', param, message };
    }
    case 'isMetadata':
      return describeMetadataFault(param, value, failed.message);
    default:
      return { reason: 'invalid_value', param, message: `Invalid '${param}': ${failed.message}.` };
  }
}

/** Of a list, the first entry to blame. */
function describeUnsupported(failed: FailedConstraint): ValidationFault {
  const { param, value } = failed;
  const bound = boundOf(failed);
  const supported: readonly unknown[] = Array.isArray(bound) ? bound : [];
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  const at = entries.findIndex((entry) => !supported.includes(entry));
  const [place, blamed] = at < 0 ? [param, value] : [`${param}[${at}]`, entries[at]];
  const message = `Invalid value: ${quote(blamed)}. ${supportedValues(supported)}`;
  return { reason: 'invalid_value', param: place, message };
}

function outOfBounds(
  failed: FailedConstraint,
  reason: 'integer_below_min_value' | 'integer_above_max_value',
  fault: string,
  sign: string,
): ValidationFault {
  const { param, value } = failed;
  if (typeof value !== 'number') {
    const message = `Invalid type for '${param}': expected an integer, but got ${kindOf(value)} instead.`;
    return { reason: 'invalid_type', param, message };
  }
  const message = `Invalid '${param}': ${fault}. Expected a value ${sign} ${String(boundOf(failed))}, but got ${value} instead.`;
  return { reason, param, message };
}

function supportedValues(supported: readonly unknown[]): string {
  const values = supported.map((value) => `'${String(value)}'`);
  const last = values.at(-1) ?? '';
  if (values.length < 2) return `The only supported value is ${last}.`;
  return `Supported values are: ${values.slice(0, -1).join(', ')}${values.length > 2 ? ',' : ''} and ${last}.`;
}

/** What the rule was declared with: the list of `IsIn`, the number of `Min` and `Max`. */
function boundOf({ contract, property, constraint }: FailedConstraint): unknown {
  const rules = getMetadataStorage().getTargetValidationMetadatas(contract, '', false, false);
  const rule = rules.find((candidate) => candidate.propertyName === property && candidate.name === constraint);
  return rule?.constraints[0] as unknown;
}

function quote(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 100)}'` : kindOf(value);
}
