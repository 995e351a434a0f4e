import { timingSafeEqual } from 'node:crypto';
import type { Caller } from './caller.js';
import type { KeyHasher } from './key-hasher.js';
import { DEFAULT_TENANT, type KeyRecord } from './key-record.js';

/** Printable ASCII without spaces: everything else is refused before it costs a hash. */
const KEY_SHAPE = /^[\x21-\x7e]{1,512}$/;

interface RingEntry {
  readonly hash: Buffer;
  readonly caller: Caller;
  readonly revokedAtMs: number | undefined;
}

export interface KeyRingOptions {
  readonly hasher: KeyHasher;
  /** One key of the tenant `default`, given in the environment; it never goes stale. */
  readonly apiKey: string | undefined;
  /** Milliseconds since the keys file was last read well, after which its keys stop working. */
  readonly staleAfterMs: number;
  readonly now?: () => number;
}

/** The keys in memory. Looking one up is a shape check, one HMAC and one map read: no I/O, nothing to wait for. */
export class KeyRing {
  private readonly hasher: KeyHasher;
  private readonly now: () => number;
  private readonly own = new Map<string, RingEntry>();
  private fromFile = new Map<string, RingEntry>();
  private readAtMs = 0;

  constructor(private readonly options: KeyRingOptions) {
    this.hasher = options.hasher;
    this.now = options.now ?? Date.now;
    if (options.apiKey === undefined) return;
    const hash = this.hasher.hash(options.apiKey);
    const caller = { tenant: DEFAULT_TENANT, keyId: 'environment' };
    this.own.set(hash.toString('latin1'), { hash, caller, revokedAtMs: undefined });
  }

  /** Swaps the keys of the file whole. */
  replace(records: readonly KeyRecord[]): void {
    const entries = new Map<string, RingEntry>();
    for (const record of records) {
      const hash = Buffer.from(record.hash, 'hex');
      const caller = { tenant: record.tenant, keyId: record.id };
      entries.set(hash.toString('latin1'), { hash, caller, revokedAtMs: record.revokedAtMs });
    }
    this.fromFile = entries;
    this.readAtMs = this.now();
  }

  /** Whose key this is; `undefined` for everything that is no valid key now. */
  find(key: string): Caller | undefined {
    if (!KEY_SHAPE.test(key)) return undefined;
    const hash = this.hasher.hash(key);
    const name = hash.toString('latin1');
    const entry = this.own.get(name) ?? this.freshEntry(name);
    return entry !== undefined && timingSafeEqual(entry.hash, hash) ? entry.caller : undefined;
  }

  /** Whether any key could be accepted now, and why not. */
  check(): { readonly ok: boolean; readonly detail: string | undefined } {
    if (this.own.size > 0) return { ok: true, detail: undefined };
    if (this.fromFile.size === 0) return { ok: false, detail: 'The keys file holds no key.' };
    if (!this.isStale()) return { ok: true, detail: undefined };
    return { ok: false, detail: 'The keys file could not be read for too long, so its keys are no longer accepted.' };
  }

  private freshEntry(name: string): RingEntry | undefined {
    const entry = this.fromFile.get(name);
    if (entry === undefined || this.isStale()) return undefined;
    return entry.revokedAtMs !== undefined && entry.revokedAtMs <= this.now() ? undefined : entry;
  }

  private isStale(): boolean {
    return this.now() - this.readAtMs > this.options.staleAfterMs;
  }
}
