import { Readable } from 'node:stream';
import { ObjectExchange, type ExchangeOptions } from '../object-exchange.port.js';
import type { ObjectStream, ReadOptions } from '../object-store.port.js';

/** Objects by location, in memory, all of one bucket named `memory`. */
export class MemoryObjectExchange extends ObjectExchange {
  readonly objects = new Map<string, Buffer>();

  override write(key: string, body: Buffer, { signal }: ExchangeOptions = {}): Promise<string> {
    signal?.throwIfAborted();
    this.objects.set(locationOf(key), body);
    return Promise.resolve(locationOf(key));
  }

  override read(location: string, { signal }: ExchangeOptions = {}): Promise<Buffer | undefined> {
    signal?.throwIfAborted();
    return Promise.resolve(this.objects.get(location));
  }

  override list(prefix: string, { signal }: ExchangeOptions = {}): Promise<readonly string[]> {
    signal?.throwIfAborted();
    return Promise.resolve([...this.objects.keys()].filter((location) => location.startsWith(prefix)).toSorted());
  }

  override async open(location: string, { signal, range }: ReadOptions = {}): Promise<ObjectStream | undefined> {
    const whole = await this.read(location, signal === undefined ? {} : { signal });
    const body = range === undefined ? whole : whole?.subarray(range.first, range.last + 1);
    return body && { body: Readable.from([body]), size: body.length, etag: '"memory"' };
  }

  override remove(key: string): Promise<void> {
    this.objects.delete(locationOf(key));
    return Promise.resolve();
  }
}

function locationOf(key: string): string {
  return `s3://memory/${key}`;
}
