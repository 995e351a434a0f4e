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
    const text = this.text(member);
    // Most strings hold no escape, and JSON.parse costs several times what cutting off the quotes does.
    if (member.kind === 'string' && !text.includes('\\')) return text.slice(1, -1);
    return JSON.parse(text) as unknown;
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

  /** Byte by byte: what is as it was expected needs no decoding. Holds for ASCII alone. */
  private isSpelled({ start, end }: JsonMember, text: string): boolean {
    if (end - start !== text.length + 2) return false;
    for (let at = 0; at < text.length; at++) if (this.bytes[start + 1 + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  private text(member: JsonMember): string {
    return this.bytes.toString('utf8', member.start, member.end);
  }
}
