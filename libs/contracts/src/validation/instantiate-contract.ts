import { nestedContracts, type Constructor } from './nested-contracts.js';

/** As own properties these would change what the validator takes the object for; no contract has them as fields. */
const DANGEROUS_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Puts plain fields on an instance of the contract's class; unknown fields come along, nothing is converted. */
export function instantiateContract<T extends object>(contract: Constructor<T>, plain: object): T {
  const instance = new contract();
  const nested = nestedContracts(contract);
  for (const [key, value] of Object.entries(plain)) {
    if (DANGEROUS_KEYS.has(key)) continue;
    const inner = Object.hasOwn(nested, key) ? nested[key] : undefined;
    Object.assign(instance, {
      [key]: inner !== undefined && isPlainObject(value) ? instantiateContract(inner, value) : value,
    });
  }
  return instance;
}

export function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
