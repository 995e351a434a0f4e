import type { PipeTransform } from '@nestjs/common';
import { ContractValidationPipe } from './contract-validation.pipe.js';

const WHOLE_NUMBER = /^[+-]?\d{1,15}$/;

/** Validates a query. Its values are text, so those of `numbers` are read as numbers first, where they are such. */
export class QueryPipe<T extends object> implements PipeTransform<unknown, T> {
  private readonly contract: ContractValidationPipe<T>;

  constructor(
    contract: new () => T,
    private readonly numbers: readonly (keyof T & string)[] = [],
  ) {
    this.contract = new ContractValidationPipe(contract);
  }

  transform(query: unknown): T {
    const fields = Object.entries((query ?? {}) as Record<string, unknown>).filter(([, value]) => value !== '');
    return this.contract.transform(Object.fromEntries(fields.map(([name, value]) => [name, this.read(name, value)])));
  }

  private read(name: string, value: unknown): unknown {
    const isNumber = this.numbers.some((number) => number === name);
    return isNumber && typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value;
  }
}
