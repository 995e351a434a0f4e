import { KnownTexts } from './known-texts.js';

/** What a scanned value is, told from its first byte. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** Where one top-level member lies in the bytes it was read from. */
export interface JsonMember {
  readonly kind: JsonKind;
  /** Offset of the value's first byte. */
  readonly start: number;
  /** Offset behind the value's last byte. */
  readonly end: number;
}

/** Of strings that were asked for by their text. */
const VALUES = new KnownTexts();
const ZERO = 0x30;
const SMALL_DIGITS = 9;

/** A JSON object whose text was checked once, kept as the bytes that came. Values are decoded one by one, on demand. */
export class JsonBody {
  constructor(
    readonly bytes: Buffer,
    readonly members: ReadonlyMap<string, JsonMember>,
  ) {}

  has(key: string): boolean {
    return this.members.has(key);
  }

  kind(key: string): JsonKind | undefined {
    return this.members.get(key)?.kind;
  }

  /** The decoded value of a member, `undefined` when it is absent. */
  value(key: string): unknown {
    const member = this.members.get(key);
    if (member === undefined) return undefined;
    // Most strings hold no escape, and JSON.parse costs several times what leaving out the quotes does.
    if (member.kind === 'string') {
      const text = this.bytes.toString('utf8', member.start + 1, member.end - 1);
      if (!text.includes('\\')) return text;
    }
    if (member.kind === 'number') {
      const small = this.smallInteger(member);
      if (small !== undefined) return small;
    }
    return JSON.parse(this.bytes.toString('utf8', member.start, member.end)) as unknown;
  }

  /** Whether a member is this string, in whatever spelling. */
  isText(key: string, text: string): boolean {
    const member = this.members.get(key);
    if (member?.kind !== 'string') return false;
    return this.isSpelled(member, text) || this.value(key) === text;
  }

  /** The raw bytes of a member, `undefined` when it is absent. */
  raw(key: string): Buffer | undefined {
    const member = this.members.get(key);
    return member === undefined ? undefined : this.bytes.subarray(member.start, member.end);
  }

  /** A number of a few digits and nothing else; scanned text has no leading zeros. */
  private smallInteger({ start, end }: JsonMember): number | undefined {
    if (end - start > SMALL_DIGITS) return undefined;
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = (this.bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) return undefined;
      value = value * 10 + digit;
    }
    return value;
  }

  /** What is as long as it was expected is mostly what was expected, and known. */
  private isSpelled({ start, end }: JsonMember, text: string): boolean {
    return end - start === text.length + 2 && VALUES.read(this.bytes, start + 1, end - 1) === text;
  }
}
