import { GatewayError } from '#platform';
import { Turns } from './turns.js';

/** One physical line without its ending. */
export interface InputLine {
  /** The line's bytes, line feed and one carriage return stripped, a byte order mark at the very start too. */
  readonly bytes: Buffer;
  /** 1-based. */
  readonly number: number;
  /** First and last byte in the input, both included, with the line feed. */
  readonly first: number;
  readonly last: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts a stream at byte 0x0A and nowhere else: U+2028 and a lone carriage return are content. Holds one line at a time, and
 * lets others have their turn in between.
 *
 * @throws GatewayError `string_above_max_length` when a line is longer than `maxLineBytes`; `details.line` is its number.
 */
export async function* splitLines(input: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<InputLine> {
  const splitter = new LineSplitter(maxLineBytes);
  const turns = new Turns();
  for await (const piece of input) {
    for (const line of splitter.push(piece)) {
      yield line;
      if (turns.step()) await turns.pass();
    }
  }
  yield* splitter.end();
}

/** The same, piece by piece, for those to whom a promise per line is too dear. */
export class LineSplitter {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private number = 1;
  private first = 0;

  constructor(private readonly maxLineBytes: number) {}

  /** The lines that end in this piece. */
  *push(piece: Uint8Array): Generator<InputLine> {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let at = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, at)) {
      this.checkLength(end - at);
      yield this.take(chunk.subarray(at, end), true);
      at = end + 1;
    }
    if (at === chunk.length) return;
    this.checkLength(chunk.length - at);
    this.pending.push(chunk.subarray(at));
    this.pendingBytes += chunk.length - at;
  }

  /** The last line, if it has no line feed. */
  *end(): Generator<InputLine> {
    if (this.pendingBytes > 0) yield this.take(Buffer.alloc(0), false);
  }

  private take(rest: Buffer, terminated: boolean): InputLine {
    const whole = this.pending.length === 0 ? rest : Buffer.concat([...this.pending, rest]);
    const { number, first } = this;
    const last = first + whole.length - (terminated ? 0 : 1);
    this.first = last + 1;
    this.number++;
    this.pending = [];
    this.pendingBytes = 0;
    return { bytes: trimLine(whole, number === 1), number, first, last };
  }

  private checkLength(moreBytes: number): void {
    if (this.pendingBytes + moreBytes <= this.maxLineBytes) return;
    throw new GatewayError(
      'string_above_max_length',
      `Line ${this.number} is longer than ${this.maxLineBytes} bytes. Split it into smaller requests.`,
      { details: { line: this.number } },
    );
  }
}

function trimLine(line: Buffer, isFirst: boolean): Buffer {
  const start = isFirst && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const end = line[line.length - 1] === CARRIAGE_RETURN ? line.length - 1 : line.length;
  return start === 0 && end === line.length ? line : line.subarray(start, Math.max(start, end));
}
