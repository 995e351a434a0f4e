import { GatewayError } from '#platform';
import {
  ObjectStore,
  type ComposePart,
  type ListPage,
  type ObjectStream,
  type ObjectSummary,
  type ReadOptions,
  type StoredObject,
  type WriteOptions,
} from '#storage';

/**
 * `refused`: no effect, an error. `answer-lost`: the effect, and an error. `crash-before` and `crash-after`: without and
 * with the effect, this call and all that follow are never answered, as for a process that died.
 */
export const FAULTS = ['refused', 'answer-lost', 'crash-before', 'crash-after'] as const;
export type Fault = (typeof FAULTS)[number];

/** A way to a store on which one call goes wrong. */
export class FaultyStore extends ObjectStore {
  calls = 0;
  /** Resolves when a crash has happened. */
  readonly crashed: Promise<void>;
  private dead = false;
  private crash: () => void = () => undefined;

  /** @param at number of the call that goes wrong, from 1; without it none does. */
  constructor(
    private readonly inner: ObjectStore,
    private readonly at?: number,
    private readonly fault?: Fault,
  ) {
    super();
    this.crashed = new Promise((resolve) => {
      this.crash = resolve;
    });
  }

  override async put(key: string, body: Buffer | string, options?: WriteOptions): Promise<{ etag: string }> {
    return await this.pass(() => this.inner.put(key, body, options));
  }

  override async putStream(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options?: WriteOptions,
  ): Promise<{ etag: string; size: number }> {
    return await this.pass(() => this.inner.putStream(key, body, options));
  }

  override async compose(
    key: string,
    parts: AsyncIterable<ComposePart>,
    options?: WriteOptions,
  ): Promise<{ etag: string; size: number }> {
    return await this.pass(() => this.inner.compose(key, parts, options));
  }

  override async get(key: string, options?: ReadOptions): Promise<StoredObject> {
    return await this.pass(() => this.inner.get(key, options));
  }

  override async getStream(key: string, options?: ReadOptions): Promise<ObjectStream> {
    return await this.pass(() => this.inner.getStream(key, options));
  }

  override async head(key: string): Promise<ObjectSummary> {
    return await this.pass(() => this.inner.head(key));
  }

  override async list(prefix: string, options?: { startAfter?: string; limit?: number }): Promise<ListPage> {
    return await this.pass(() => this.inner.list(prefix, options));
  }

  override async delete(keys: readonly string[]): Promise<void> {
    return await this.pass(() => this.inner.delete(keys));
  }

  protected async pass<T>(call: () => Promise<T>): Promise<T> {
    this.calls++;
    if (this.dead) return await never<T>();
    if (this.calls !== this.at) return await call();
    if (this.fault === 'refused') throw unavailable();
    if (this.fault === 'crash-before') return await this.die<T>();
    await call();
    if (this.fault === 'answer-lost') throw unavailable();
    return await this.die<T>();
  }

  /** Ends the process whose way to the store this is: nothing is answered any more. */
  kill(): void {
    this.dead = true;
    this.crash();
  }

  private async die<T>(): Promise<T> {
    this.kill();
    return await never<T>();
  }
}

async function never<T>(): Promise<T> {
  return await new Promise<T>(() => undefined);
}

function unavailable(): GatewayError {
  return new GatewayError('storage_unavailable', 'The storage does not answer.');
}
