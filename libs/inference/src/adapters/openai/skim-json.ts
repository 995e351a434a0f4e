import { JsonBody, type JsonKind, type JsonMember } from '#platform';
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  endOfString,
  isDigit,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
} from './json-bytes.js';

export interface SkimmedJson {
  readonly body: JsonBody;
  /** Number of elements of each top-level array. */
  readonly elements: ReadonlyMap<string, number>;
}

/**
 * Finds the top-level members of a model server's answer without reading its arrays of numbers: those are passed over
 * by native search, so that 2 MB of floats cost a fraction of a millisecond. It checks structure, not every character;
 * `undefined` means that the bytes are no complete JSON object or hold `NaN` or `Infinity` where numbers belong.
 */
export function skimJsonObject(bytes: Buffer): SkimmedJson | undefined {
  return new Skimmer(bytes).topLevelObject();
}

const BROKEN = -1;
const CAPITAL_N = 0x4e;
const CAPITAL_I = 0x49;
const KINDS: ReadonlyMap<number, JsonKind> = new Map([
  [QUOTE, 'string'],
  [OPEN_OBJECT, 'object'],
  [OPEN_ARRAY, 'array'],
  [0x74, 'boolean'],
  [0x66, 'boolean'],
  [0x6e, 'null'],
]);

class Skimmer {
  private readonly members = new Map<string, JsonMember>();
  private readonly elements = new Map<string, number>();
  /** Where each searched byte was last found, so that no stretch is searched twice. */
  private readonly found = new Map<number, number>();
  private elementCount = 0;

  constructor(private readonly bytes: Buffer) {}

  topLevelObject(): SkimmedJson | undefined {
    const { bytes } = this;
    let at = skipSpace(bytes, 0);
    if (bytes[at] !== OPEN_OBJECT) return undefined;
    at = skipSpace(bytes, at + 1);
    let more = bytes[at] !== CLOSE_OBJECT;
    while (more) {
      at = this.readMember(at);
      if (at === BROKEN) return undefined;
      more = bytes[at] === COMMA;
      if (more) at = skipSpace(bytes, at + 1);
    }
    const isWhole = bytes[at] === CLOSE_OBJECT && skipSpace(bytes, at + 1) === bytes.length;
    return isWhole ? { body: new JsonBody(bytes, this.members), elements: this.elements } : undefined;
  }

  /** Notes the member whose key begins at `at`; gives the offset of what follows its value. */
  private readMember(at: number): number {
    const { bytes } = this;
    const keyEnd = bytes[at] === QUOTE ? endOfString(bytes, at) : BROKEN;
    if (keyEnd === BROKEN) return BROKEN;
    const colon = skipSpace(bytes, keyEnd);
    if (bytes[colon] !== COLON) return BROKEN;
    const start = skipSpace(bytes, colon + 1);
    const end = this.endOfValue(start);
    if (end === BROKEN) return BROKEN;
    const key = JSON.parse(bytes.toString('utf8', at, keyEnd)) as string;
    const kind = KINDS.get(bytes[start] ?? 0) ?? 'number';
    this.members.set(key, { kind, start, end });
    if (kind === 'array') this.elements.set(key, this.elementCount);
    return skipSpace(bytes, end);
  }

  private endOfValue(start: number): number {
    const byte = this.bytes[start];
    if (byte === QUOTE) return endOfString(this.bytes, start);
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) return this.endOfContainer(start);
    return this.endOfScalar(start);
  }

  private endOfScalar(start: number): number {
    const { bytes } = this;
    let at = start;
    for (;;) {
      const byte = bytes[at];
      if (byte === undefined) return BROKEN;
      if (byte === COMMA || byte === CLOSE_OBJECT || byte <= 0x20) break;
      at++;
    }
    return isScalar(bytes.toString('latin1', start, at)) ? at : BROKEN;
  }

  private endOfContainer(start: number): number {
    const { bytes } = this;
    let depth = 0;
    let commas = 0;
    let at = start;
    do {
      const behind = this.passOver(at, depth);
      if (behind === BROKEN) return BROKEN;
      if (behind === at) {
        const byte = bytes[at];
        if (byte === COMMA && depth === 1) commas++;
        else depth += depthChange(byte);
        at++;
      } else {
        at = behind;
      }
    } while (depth > 0);
    const isEmpty = bytes[skipSpace(bytes, start + 1)] === CLOSE_ARRAY;
    this.elementCount = isEmpty ? 0 : commas + 1;
    return at;
  }

  /** Offset behind the string or inner array of numbers that begins at `at`; `at` itself when neither does. */
  private passOver(at: number, depth: number): number {
    const byte = this.bytes[at];
    // No capital stands outside a string of valid JSON: this is NaN or Infinity.
    if (byte === undefined || byte === CAPITAL_N || byte === CAPITAL_I) return BROKEN;
    if (byte === QUOTE) return endOfString(this.bytes, at);
    return byte === OPEN_ARRAY && depth > 0 ? this.endOfNumbers(at) : at;
  }

  /** Offset behind an array of plain numbers; the array's own offset when it holds anything else, BROKEN for NaN. */
  private endOfNumbers(open: number): number {
    const first = this.bytes[skipSpace(this.bytes, open + 1)];
    if (!isDigit(first) && first !== MINUS) return open;
    const close = this.positionOf(CLOSE_ARRAY, open);
    if (close === Infinity) return BROKEN;
    if (this.positionOf(CAPITAL_N, open) < close || this.positionOf(CAPITAL_I, open) < close) return BROKEN;
    for (const nested of [QUOTE, OPEN_ARRAY, OPEN_OBJECT]) {
      if (this.positionOf(nested, open + 1) < close) return open;
    }
    return close + 1;
  }

  private positionOf(byte: number, from: number): number {
    const known = this.found.get(byte);
    if (known !== undefined && known >= from) return known;
    const position = this.bytes.indexOf(byte, from);
    this.found.set(byte, position === -1 ? Infinity : position);
    return position === -1 ? Infinity : position;
  }
}

function depthChange(byte: number | undefined): number {
  if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) return 1;
  return byte === CLOSE_ARRAY || byte === CLOSE_OBJECT ? -1 : 0;
}

function isScalar(text: string): boolean {
  return text === 'true' || text === 'false' || text === 'null' || /^-?\d[\d.eE+-]*$/.test(text);
}
