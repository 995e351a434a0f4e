import { crc32 } from 'node:zlib';

/** One message of AWS's event-stream framing. */
export interface EventStreamMessage {
  /** Header values by name; only text headers are kept, SageMaker sends no others. */
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Buffer;
}

/** The bytes are no event stream, or were damaged on the way. */
export class EventStreamError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EventStreamError';
  }
}

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const MIN_MESSAGE_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES;
/** AWS bounds a message at 24 MiB; a longer one is damage and must not make us buffer. */
const MAX_MESSAGE_BYTES = 24 * 1024 * 1024;
const MAX_HEADER_BYTES = 128 * 1024;
const TEXT = 7;
/** Value lengths of the fixed-size header types: true, false, byte, short, integer, long, timestamp, uuid. */
const FIXED_LENGTHS: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
  [8, 8],
  [9, 16],
]);
const BYTES = 6;

/**
 * Decodes `vnd.amazon.eventstream` from chunks that are cut anywhere. Payloads are views on the chunks wherever a message
 * lies within one. Both checksums are verified.
 */
export class EventStreamDecoder {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  /** Bytes that are needed before looking again saves work on long messages. */
  private neededBytes = MIN_MESSAGE_BYTES;
  private headerBytes: Buffer = Buffer.alloc(0);
  private headers: ReadonlyMap<string, string> = new Map();

  /** The messages that `chunk` completes. @throws EventStreamError */
  push(chunk: Buffer): EventStreamMessage[] {
    if (this.pendingBytes + chunk.length < this.neededBytes) {
      this.pending.push(chunk);
      this.pendingBytes += chunk.length;
      return [];
    }
    const bytes = this.pendingBytes === 0 ? chunk : Buffer.concat([...this.pending, chunk]);
    const messages: EventStreamMessage[] = [];
    let at = 0;
    let needed = MIN_MESSAGE_BYTES;
    while (bytes.length - at >= MIN_MESSAGE_BYTES) {
      needed = readLength(bytes, at);
      if (bytes.length - at < needed) break;
      messages.push(this.readMessage(bytes.subarray(at, at + needed)));
      at += needed;
      needed = MIN_MESSAGE_BYTES;
    }
    this.pending = at < bytes.length ? [bytes.subarray(at)] : [];
    this.pendingBytes = bytes.length - at;
    this.neededBytes = needed;
    return messages;
  }

  /** True between two messages: where a stream may end. */
  get isAtBoundary(): boolean {
    return this.pendingBytes === 0;
  }

  private readMessage(message: Buffer): EventStreamMessage {
    const checked = message.length - CHECKSUM_BYTES;
    if (crc32(message.subarray(0, checked)) !== message.readUInt32BE(checked)) {
      throw new EventStreamError('a message does not match its checksum');
    }
    const headersEnd = PRELUDE_BYTES + message.readUInt32BE(4);
    if (headersEnd > checked) throw new EventStreamError('headers are longer than their message');
    const headerBytes = message.subarray(PRELUDE_BYTES, headersEnd);
    // Nearly all messages of a stream carry the same headers.
    if (!headerBytes.equals(this.headerBytes)) {
      this.headers = readHeaders(headerBytes);
      this.headerBytes = headerBytes;
    }
    return { headers: this.headers, payload: message.subarray(headersEnd, checked) };
  }
}

function readLength(bytes: Buffer, at: number): number {
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) {
    throw new EventStreamError('a prelude does not match its checksum');
  }
  const length = bytes.readUInt32BE(at);
  if (length < MIN_MESSAGE_BYTES || length > MAX_MESSAGE_BYTES || bytes.readUInt32BE(at + 4) > MAX_HEADER_BYTES) {
    throw new EventStreamError(`a message claims ${length} bytes`);
  }
  return length;
}

function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const name = bytes.toString('utf8', at + 1, nameEnd);
    const type = bytes[nameEnd] ?? -1;
    const sized = type === TEXT || type === BYTES;
    if (sized && nameEnd + 3 > bytes.length) throw new EventStreamError('a header is cut');
    const start = nameEnd + (sized ? 3 : 1);
    const length = sized ? bytes.readUInt16BE(nameEnd + 1) : FIXED_LENGTHS.get(type);
    if (length === undefined) throw new EventStreamError(`a header has the unknown type ${type}`);
    at = start + length;
    if (at > bytes.length) throw new EventStreamError('a header is cut');
    if (type === TEXT) headers.set(name, bytes.toString('utf8', start, at));
  }
  return headers;
}
