import { timingSafeEqual } from 'node:crypto';
import { toCaller, type Caller } from './caller.js';
import type { KeyHasher } from './key-hasher.js';
import { DEFAULT_TENANT, type KeyRecord } from './key-record.js';
import type { ModelKeyring } from './model-keys.js';

/** Printable ASCII without spaces: everything else is refused before it costs a hash. */
const KEY_SHAPE = /^[\x21-\x7e]{1,512}$/;

/** Where stored keys come from. */
export type KeySource = 'file' | 'store';

interface RingEntry {
  readonly hash: Buffer;
  readonly caller: Caller;
  /** Milliseconds since 1970 from which the key is refused: revoked or expired, whichever comes first. */
  readonly endsAtMs: number;
}

interface Reading {
  readonly entries: ReadonlyMap<string, RingEntry>;
  readonly records: readonly KeyRecord[];
  readonly readAtMs: number;
}

export interface KeyRingOptions {
  readonly hasher: KeyHasher;
  /** One key of the tenant `default`, given in the environment; it never goes stale. */
  readonly apiKey: string | undefined;
  /** Milliseconds since a source was last read well, after which its keys stop working. */
  readonly staleAfterMs: number;
  readonly modelKeys?: ModelKeyring | undefined;
  readonly now?: () => number;
}

/** The keys in memory. Looking one up is a shape check, one HMAC and map reads: no I/O, nothing to wait for. */
export class KeyRing {
  private readonly hasher: KeyHasher;
  private readonly now: () => number;
  private readonly own = new Map<string, RingEntry>();
  private readonly readings = new Map<KeySource, Reading>();

  constructor(private readonly options: KeyRingOptions) {
    this.hasher = options.hasher;
    this.now = options.now ?? Date.now;
    if (options.apiKey === undefined) return;
    const hash = this.hasher.hash(options.apiKey);
    const caller = { tenant: DEFAULT_TENANT, keyId: 'environment' };
    this.own.set(hash.toString('latin1'), { hash, caller, endsAtMs: Infinity });
  }

  /** Swaps the keys of one source whole. `readAtMs` is when they were read from it, which may be before this process began. */
  replace(records: readonly KeyRecord[], source: KeySource = 'file', readAtMs: number = this.now()): void {
    const entries = new Map<string, RingEntry>();
    for (const record of records) {
      const hash = Buffer.from(record.hash, 'hex');
      const endsAtMs = Math.min(record.revokedAtMs ?? Infinity, record.expiresAtMs ?? Infinity);
      entries.set(hash.toString('latin1'), { hash, caller: toCaller(record), endsAtMs });
    }
    this.readings.set(source, { entries, records, readAtMs });
  }

  /** Whose key this is; `undefined` for everything that is no valid key now. */
  find(key: string): Caller | undefined {
    if (!KEY_SHAPE.test(key)) return undefined;
    const hash = this.hasher.hash(key);
    const name = hash.toString('latin1');
    const own = this.own.get(name);
    if (own !== undefined) return timingSafeEqual(own.hash, hash) ? own.caller : undefined;
    const stored = this.findStored(name, hash);
    return stored === 'unknown' ? this.options.modelKeys?.find(key) : stored;
  }

  /** All stored keys, ended ones too; where two sources know a key, its earlier end and the successor that either names. */
  records(): readonly KeyRecord[] {
    const merged = new Map<string, KeyRecord>();
    for (const { records } of this.readings.values()) {
      for (const record of records) {
        const other = merged.get(record.id);
        const revokedAtMs = Math.min(record.revokedAtMs ?? Infinity, other?.revokedAtMs ?? Infinity);
        merged.set(record.id, {
          ...record,
          revokedAtMs: Number.isFinite(revokedAtMs) ? revokedAtMs : undefined,
          replacedBy: record.replacedBy ?? other?.replacedBy,
        });
      }
    }
    return [...merged.values()];
  }

  /** Whether a limit stands in any key. */
  hasLimits(): boolean {
    for (const { entries } of this.readings.values())
      for (const { caller } of entries.values()) if (caller.limits !== undefined) return true;
    return false;
  }

  /** Whether any key could be accepted now, and why not. */
  check(): { readonly ok: boolean; readonly detail: string | undefined } {
    if (this.own.size > 0 || this.options.modelKeys !== undefined) return { ok: true, detail: undefined };
    const filled = [...this.readings.values()].filter(({ entries }) => entries.size > 0);
    if (filled.length === 0) return { ok: false, detail: 'The keys file holds no key.' };
    if (filled.some((reading) => !this.isStale(reading))) return { ok: true, detail: undefined };
    return { ok: false, detail: 'The keys could not be read for too long, so they are no longer accepted.' };
  }

  /** A key that one source calls ended is refused, whatever another one says. */
  private findStored(name: string, hash: Buffer): Caller | undefined | 'unknown' {
    let caller: Caller | undefined;
    let isKnown = false;
    for (const reading of this.readings.values()) {
      const entry = reading.entries.get(name);
      if (entry === undefined) continue;
      if (entry.endsAtMs <= this.now() || !timingSafeEqual(entry.hash, hash)) return undefined;
      isKnown = true;
      if (!this.isStale(reading)) caller ??= entry.caller;
    }
    return isKnown ? caller : 'unknown';
  }

  private isStale({ readAtMs }: Reading): boolean {
    return this.now() - readAtMs > this.options.staleAfterMs;
  }
}
