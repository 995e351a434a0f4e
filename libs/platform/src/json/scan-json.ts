import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors/gateway-error.js';
import { JsonBody, type JsonKind, type JsonMember } from './json-body.js';
import {
  BACKSLASH,
  BYTE_ORDER_MARK,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  ESCAPES,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  isDigit,
  isHexDigit,
} from './json-characters.js';
import { KnownTexts } from './known-texts.js';
import { skipPlain } from './skip-plain.js';

const MAX_DEPTH = 256;
const KEYS = new KnownTexts();
/**
 * Checks that `bytes` are one JSON object by RFC 8259 and notes where its top-level members lie.
 * The same pass serves checking, routing and splicing, so no other reader of the body can disagree with it.
 * A byte order mark in front is accepted and dropped: most model servers refuse one.
 *
 * @throws GatewayError `invalid_json` for broken text, `invalid_type` when the text is no object, `duplicate_key` when a
 * top-level key stands twice (escaped spellings included).
 */
export function scanJsonObject(bytes: Buffer): JsonBody {
  const scanner = openText(bytes);
  return new JsonBody(scanner.bytes, scanner.topLevelObject());
}

/** An object whose member `key` was read in the same pass; `inner` is undefined where that is absent or no object. */
export interface NestedJson {
  readonly outer: JsonBody;
  readonly inner: JsonBody | undefined;
}

/**
 * As `scanJsonObject`, and notes the members of the object that stands at `key` too, for the price of one scan.
 *
 * @throws GatewayError as `scanJsonObject`; a key that stands twice may be one of either object.
 */
export function scanNestedJson(bytes: Buffer, key: string): NestedJson {
  const scanner = openText(bytes, key);
  const outer = new JsonBody(scanner.bytes, scanner.topLevelObject());
  const { nested } = scanner;
  return { outer, inner: nested && new JsonBody(outer.raw(key) ?? scanner.bytes, nested) };
}

function openText(bytes: Buffer, nestedKey?: string): Scanner {
  const isMarked =
    bytes[0] === BYTE_ORDER_MARK[0] && bytes[1] === BYTE_ORDER_MARK[1] && bytes[2] === BYTE_ORDER_MARK[2];
  const scanner = new Scanner(isMarked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes, nestedKey);
  if (!isUtf8(scanner.bytes)) scanner.fail('it is not valid UTF-8');
  return scanner;
}

class Scanner {
  /** Members of the object that stands at `nestedKey`, by offsets in that object. */
  nested: Map<string, JsonMember> | undefined;
  private at = 0;

  constructor(
    readonly bytes: Buffer,
    private readonly nestedKey?: string,
  ) {}

  topLevelObject(): Map<string, JsonMember> {
    this.skipSpace();
    if (this.at >= this.bytes.length) this.fail('it is empty');
    if (this.bytes[this.at] !== OPEN_OBJECT) {
      this.skipValue(0);
      throw new GatewayError('invalid_type', 'Invalid request body: expected a JSON object.');
    }
    const members = this.membersOfObject(1);
    this.skipSpace();
    if (this.at < this.bytes.length) this.fail(`unexpected data behind the object at byte ${this.at}`);
    return members;
  }

  private membersOfObject(depth: number): Map<string, JsonMember> {
    const members = new Map<string, JsonMember>();
    // Offsets count from the object's own first byte, except at the top, where they count from the text's.
    const base = depth === 1 ? 0 : this.at;
    this.at++;
    this.skipSpace();
    if (this.bytes[this.at] === CLOSE_OBJECT) {
      this.at++;
      return members;
    }
    for (;;) {
      const key = this.key();
      if (members.has(key)) {
        throw new GatewayError(
          'duplicate_key',
          `Duplicate key '${key.slice(0, 100)}' in the request body. Send each key once.`,
          {
            param: key.slice(0, 100),
          },
        );
      }
      const start = this.at;
      const kind = this.skipMember(key, depth);
      members.set(key, { kind, start: start - base, end: this.at - base });
      this.skipSpace();
      if (!this.nextMember(CLOSE_OBJECT)) return members;
    }
  }

  private skipMember(key: string, depth: number): JsonKind {
    if (depth > 1 || key !== this.nestedKey || this.bytes[this.at] !== OPEN_OBJECT) return this.skipValue(depth);
    this.nested = this.membersOfObject(depth + 1);
    return 'object';
  }

  /** Reads `"key" :` and stops at the value. */
  private key(): string {
    this.skipSpace();
    if (this.bytes[this.at] !== QUOTE) this.fail(`expected a key at byte ${this.at}`);
    const start = this.at;
    const escaped = this.skipString();
    const key = escaped
      ? (JSON.parse(this.bytes.toString('utf8', start, this.at)) as string)
      : KEYS.read(this.bytes, start + 1, this.at - 1);
    this.expectColon();
    return key;
  }

  private expectColon(): void {
    this.skipSpace();
    if (this.bytes[this.at] !== COLON) this.fail(`expected ':' at byte ${this.at}`);
    this.at++;
    this.skipSpace();
  }

  private skipValue(depth: number): JsonKind {
    const byte = this.bytes[this.at];
    switch (byte) {
      case QUOTE:
        this.skipString();
        return 'string';
      case OPEN_OBJECT:
        this.skipObject(depth + 1);
        return 'object';
      case OPEN_ARRAY:
        this.skipArray(depth + 1);
        return 'array';
      case 0x74:
        return this.skipWord('true', 'boolean');
      case 0x66:
        return this.skipWord('false', 'boolean');
      case 0x6e:
        return this.skipWord('null', 'null');
      default:
        this.skipNumber();
        return 'number';
    }
  }

  private skipObject(depth: number): void {
    if (depth > MAX_DEPTH) this.fail(`it is nested deeper than ${MAX_DEPTH} levels`);
    this.at++;
    this.skipSpace();
    if (this.bytes[this.at] === CLOSE_OBJECT) {
      this.at++;
      return;
    }
    do {
      this.skipSpace();
      if (this.bytes[this.at] !== QUOTE) this.fail(`expected a key at byte ${this.at}`);
      this.skipString();
      this.expectColon();
      this.skipValue(depth);
      this.skipSpace();
    } while (this.nextMember(CLOSE_OBJECT));
  }

  private skipArray(depth: number): void {
    if (depth > MAX_DEPTH) this.fail(`it is nested deeper than ${MAX_DEPTH} levels`);
    this.at++;
    this.skipSpace();
    if (this.bytes[this.at] === CLOSE_ARRAY) {
      this.at++;
      return;
    }
    do {
      this.skipSpace();
      this.skipValue(depth);
      this.skipSpace();
    } while (this.nextMember(CLOSE_ARRAY));
  }

  /** Steps over a comma (true) or the closing bracket (false). */
  private nextMember(close: number): boolean {
    const byte = this.bytes[this.at];
    if (byte === COMMA) {
      this.at++;
      return true;
    }
    if (byte === close) {
      this.at++;
      return false;
    }
    return this.fail(`unexpected ${this.at >= this.bytes.length ? 'end of the body' : 'character'} at byte ${this.at}`);
  }

  /** Steps over a string; tells whether it held an escape. */
  private skipString(): boolean {
    const { bytes } = this;
    let at = this.at + 1;
    let escaped = false;
    for (;;) {
      at = skipPlain(bytes, at);
      const byte = bytes[at];
      if (byte === undefined) this.fail('a string is not closed');
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        escaped = true;
        at = this.skipEscape(at);
      } else if (byte < 0x20) {
        this.fail(`unescaped control character in a string at byte ${at}`);
      } else {
        at++;
      }
    }
    this.at = at + 1;
    return escaped;
  }

  private skipEscape(at: number): number {
    const byte = this.bytes[at + 1];
    if (byte === 0x75) {
      for (let digit = at + 2; digit < at + 6; digit++) {
        if (!isHexDigit(this.bytes[digit])) this.fail(`bad \\u escape at byte ${at}`);
      }
      return at + 6;
    }
    if (byte === undefined || !ESCAPES.has(byte)) this.fail(`bad escape at byte ${at}`);
    return at + 2;
  }

  private skipWord(word: string, kind: JsonKind): JsonKind {
    const end = this.at + word.length;
    if (this.bytes.toString('latin1', this.at, end) !== word) this.fail(`unexpected character at byte ${this.at}`);
    this.at = end;
    return kind;
  }

  private skipNumber(): void {
    const start = this.at;
    if (this.bytes[this.at] === MINUS) this.at++;
    if (this.bytes[this.at] === 0x30) this.at++;
    else this.digits(start);
    if (this.bytes[this.at] === 0x2e) {
      this.at++;
      this.digits(start);
    }
    const exponent = this.bytes[this.at];
    if (exponent === 0x65 || exponent === 0x45) {
      this.at++;
      const sign = this.bytes[this.at];
      if (sign === 0x2b || sign === MINUS) this.at++;
      this.digits(start);
    }
  }

  private digits(start: number): void {
    const first = this.at;
    while (isDigit(this.bytes[this.at])) this.at++;
    if (this.at === first) {
      this.fail(`unexpected ${start >= this.bytes.length ? 'end of the body' : 'character'} at byte ${start}`);
    }
  }

  private skipSpace(): void {
    const { bytes } = this;
    let at = this.at;
    // Machines write none, or one.
    if ((bytes[at] ?? 0) > 0x20) return;
    for (;;) {
      const byte = bytes[at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
      at++;
    }
    this.at = at;
  }

  fail(detail: string): never {
    throw new GatewayError(
      'invalid_json',
      `We could not parse the JSON body of your request: ${detail}. Send one JSON object encoded as UTF-8.`,
    );
  }
}
