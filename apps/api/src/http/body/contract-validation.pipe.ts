import type { PipeTransform } from '@nestjs/common';
import { validateContract } from '#contracts';
import { GatewayError, scanJsonObject } from '#platform';

const BYTE_ORDER_MARK = 0xfeff;
const NO_BODY = Buffer.alloc(0);

/** Turns a raw JSON body, or a query, into an instance of its contract; Nest's own pipe would convert and strip. */
export class ContractValidationPipe<T extends object> implements PipeTransform<unknown, T> {
  constructor(private readonly contract: new () => T) {}

  /** @throws GatewayError for broken JSON and for the first field that is wrong. */
  transform(value: unknown): T {
    const result = validateContract(this.contract, isBody(value) ? parse(value ?? NO_BODY) : value);
    if (result.valid) return result.value;
    const { reason, message, param } = result.fault;
    throw new GatewayError(reason, message, param === null ? {} : { param });
  }
}

/** A request without any body leaves none behind. */
function isBody(value: unknown): value is Buffer | undefined {
  return value === undefined || Buffer.isBuffer(value);
}

/** Scanned first, since the parser alone would take duplicate keys and any depth; it would not take a byte order mark. */
function parse(body: Buffer): unknown {
  const text = scanJsonObject(body).bytes.toString('utf8');
  return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text) as unknown;
}
