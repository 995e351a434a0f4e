import { GatewayError } from '#platform';

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
 * Cuts a stream at byte 0x0A and nowhere else: U+2028 and a lone carriage return are content. Holds one line at a time.
 *
 * @throws GatewayError `string_above_max_length` when a line is longer than `maxLineBytes`; `details.line` is its number.
 */
export async function* splitLines(input: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<InputLine> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = 1;
  let first = 0;

  const take = (rest: Buffer, terminated: boolean): InputLine => {
    const whole = pending.length === 0 ? rest : Buffer.concat([...pending, rest]);
    const line: InputLine = {
      bytes: trimLine(whole, number === 1),
      number,
      first,
      last: first + whole.length - (terminated ? 0 : 1),
    };
    first = line.last + 1;
    number++;
    pending = [];
    pendingBytes = 0;
    return line;
  };

  for await (const piece of input) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let at = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, at)) {
      checkLength(pendingBytes + end - at, maxLineBytes, number);
      yield take(chunk.subarray(at, end), true);
      at = end + 1;
    }
    if (at < chunk.length) {
      pending.push(chunk.subarray(at));
      pendingBytes += chunk.length - at;
      checkLength(pendingBytes, maxLineBytes, number);
    }
  }
  if (pendingBytes > 0) yield take(Buffer.alloc(0), false);
}

function trimLine(line: Buffer, isFirst: boolean): Buffer {
  const start = isFirst && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
  return line.subarray(start, Math.max(start, end));
}

function checkLength(bytes: number, maxLineBytes: number, line: number): void {
  if (bytes <= maxLineBytes) return;
  throw new GatewayError(
    'string_above_max_length',
    `Line ${line} is longer than ${maxLineBytes} bytes. Split it into smaller requests.`,
    {
      details: { line },
    },
  );
}
