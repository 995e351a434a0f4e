import { validateSync, type ValidationError } from 'class-validator';
import { describeFault } from './describe-fault.js';
import { instantiateContract, isPlainObject } from './instantiate-contract.js';
import type { Constructor } from './nested-contracts.js';
import type { ValidationFault } from './validation-fault.js';

export type ValidationResult<T> =
  { readonly valid: true; readonly value: T } | { readonly valid: false; readonly fault: ValidationFault };

/**
 * Checks a decoded JSON value against a contract class. Unknown fields pass, `null` counts as absent where a field is
 * optional, and only the first fault is reported, as OpenAI does.
 */
export function validateContract<T extends object>(contract: Constructor<T>, plain: unknown): ValidationResult<T> {
  if (!isPlainObject(plain)) {
    return {
      valid: false,
      fault: { reason: 'invalid_type', param: null, message: 'Invalid request body: expected a JSON object.' },
    };
  }
  const value = instantiateContract(contract, plain);
  const errors = validateSync(value, { stopAtFirstError: true, forbidUnknownValues: true });
  const [first] = errors;
  return first === undefined ? { valid: true, value } : { valid: false, fault: faultOf(contract, first, '') };
}

function faultOf(contract: Constructor, error: ValidationError, path: string): ValidationFault {
  const param = path === '' ? error.property : `${path}.${error.property}`;
  const [child] = error.children ?? [];
  if (child !== undefined && typeof error.value === 'object' && error.value !== null) {
    return faultOf(error.value.constructor as Constructor, child, param);
  }
  const [constraint = 'unknown', message = 'is not valid'] = Object.entries(error.constraints ?? {})[0] ?? [];
  return describeFault({
    contract,
    property: error.property,
    param,
    constraint,
    message,
    value: error.value as unknown,
  });
}
